"""A sheet of paper as a PDF: lines of Latin text on one page, nothing else."""

_PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F 4 0 R>>>>/Contents 5 0 R>>"
_FONT = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"


def pdf(lines: list[str]) -> bytes:
    """The page as a file; the first line is its heading."""
    shown = "".join(f"({_escaped(line)}) Tj T* " for line in lines[1:])
    text = f"BT /F 18 Tf 72 708 Td 24 TL ({_escaped(lines[0])}) Tj T* /F 11 Tf 16 TL {shown}ET"
    stream = text.encode("cp1252", "replace")
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        _PAGE.encode(),
        _FONT.encode(),
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
    ]
    paper, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, part in enumerate(parts, 1):
        places.append(len(paper))
        paper += b"%d 0 obj%s\nendobj\n" % (number, part)
    start = len(paper)
    paper += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    paper += b"".join(b"%010d 00000 n \n" % place for place in places)
    paper += b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start)
    return bytes(paper)


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
