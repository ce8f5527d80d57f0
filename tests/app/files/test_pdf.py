"""Which PDF does something by itself, however that is written (DAT-08)."""

import io
import time
import zlib

import pytest
from PIL import Image

from app.files.pdf import LARGEST_UNPACKED, is_active

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
LINK = b"<</Subtype/Link/A<</S/URI/URI(https://clinic.example/)>>>>"
SCRIPT = b"<</S/JavaScript/JS(app.alert(1))>>"


def pdf(*objects: bytes) -> bytes:
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % (number, each) for number, each in enumerate(objects, 1))
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def packed(content: bytes, entries: bytes = b"/Filter/FlateDecode") -> bytes:
    return b"<</Type/ObjStm/N 1/First 4 %b>>\nstream\n%b\nendstream" % (entries, content)


def objects(*each: bytes) -> bytes:
    return zlib.compress(b"5 0 " + b" ".join(each))


def scanned() -> bytes:
    content = io.BytesIO()
    Image.effect_noise((400, 300), 80).save(content, "PDF")
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pdf(CATALOG),
        scanned(),
        pdf(CATALOG, LINK),
        pdf(b"<</Type/Catalog/OpenAction[3 0 R/XYZ null null 0]>>", LINK),
        pdf(b"<</Type/Catalog/OpenAction 5 0 R>>", b"<</S/GoTo/D[3 0 R/Fit]>>"),
        pdf(CATALOG, packed(objects(b"<</Type/Font/BaseFont/LaunchPad>>", LINK))),
        pdf(CATALOG, b"<</Type/ObjStm/N 1/First 4>>stream\n5 0 <</Type/Font>>\nendstream"),
        pdf(CATALOG, packed(objects(LINK), b"/Filter[/FlateDecode]")),
        pdf(CATALOG, b"<</Length 3/Filter/DCTDecode>>stream\nabc\nendstream", b"<</First 3 0 R>>"),
        pdf(b"<</Type/Catalog/Title(What JavaScript is: a (nested\\)) word)>>"),
        pdf(CATALOG, b"<</Length 4/Filter/LZWDecode/Name(/First)>>"),
    ],
)
def test_a_letter_a_scan_and_what_has_links_are_at_rest(content: bytes) -> None:
    assert not is_active(content)


@pytest.mark.parametrize(
    "active",
    [
        SCRIPT,
        b"<</S/J#61vaScript/JS 5 0 R>>",
        b"<</S/#4A#61#76#61#53#63#72#69#70#74>>",
        b"<</S/Launch/F(calc.exe)>>",
        b"<</S\n/Launch\n>>",
        b"<</Names<</EmbeddedFiles 4 0 R>>>>",
        b"<</Type/EmbeddedFile/Length 0>>stream\n\nendstream",
        b"<</Subtype/FileAttachment/FS 4 0 R>>",
        b"<</S/SubmitForm/F(https://x.example)>>",
        b"<</S/GoToR/F(\\\\\\\\x.example\\\\share)>>",
        b"<</S/GoToE>>",
        b"<</AcroForm<</XFA 4 0 R>>>>",
        b"<</Subtype/RichMedia>>",
    ],
)
def test_what_acts_or_brings_files_is_active_in_the_open_and_packed(active: bytes) -> None:
    assert is_active(pdf(CATALOG, active))
    assert is_active(pdf(CATALOG, packed(objects(active))))
    assert is_active(pdf(CATALOG, packed(objects(b"1" * 200_000, active))))
    assert is_active(pdf(CATALOG) + active)


@pytest.mark.parametrize(
    "automatic",
    [
        b"/OpenAction<</S/GoTo>>",
        b"/OpenAction 5 0 R",
        b"/Open#41ction%[\n5 0 R",
        b"/AA<</O 5 0 R>>",
        b"/AA 5 0 R",
    ],
)
def test_an_address_that_is_fetched_without_a_click_is_active(automatic: bytes) -> None:
    opening = b"<</Type/Catalog%b>>" % automatic
    assert is_active(pdf(opening, LINK))
    assert is_active(pdf(opening, packed(objects(LINK))))
    assert not is_active(pdf(opening))


@pytest.mark.parametrize(
    "entries",
    [
        b"/Filter/LZWDecode",
        b"/Filter[/ASCIIHexDecode/FlateDecode]",
        b"/Filter/FlateDecode/DecodeParms<</Predictor 12>>",
        b"/Filter/FlateDecode/DP 9 0 R",
        b"/Filter 9 0 R",
        b"/F/AHx",
        b"/Filter/FlateDecode/Filter/LZWDecode",
        b"/Filter%\n/FlateDecode",
        b"/Filter/FlateDecode/X(1 0 obj<<)/DP null",
    ],
)
def test_objects_that_cannot_be_looked_at_are_active(entries: bytes) -> None:
    assert is_active(pdf(CATALOG, packed(objects(LINK), entries)))


def test_objects_that_are_encrypted_or_broken_are_active() -> None:
    assert is_active(pdf(CATALOG, packed(b"not deflated")))
    assert is_active(pdf(CATALOG, packed(objects(LINK)[:-9] + b"x" * 9)))


def test_where_its_objects_are_packed_is_not_hidden_by_words() -> None:
    content = objects(SCRIPT)
    for entries in (
        b"/Filter/FlateDecode/X(endobj 7 0 obj << \\) (>>) >> stream)",
        b"/Filter/FlateDecode/X<20>% 7 0 obj <<\n",
        b"/Filter/FlateDecode%>>\n",
    ):
        assert is_active(pdf(CATALOG, packed(content, entries)))
    named = packed(content).replace(b"/First", b"/F#69rst").replace(b"/Type/ObjStm", b"")
    assert is_active(pdf(CATALOG, named))
    assert is_active(pdf(CATALOG, b"%>>(\n" + packed(content)))
    bait = b">>%" + zlib.compress(b"5 0 1") + b"\nstream"
    assert is_active(pdf(CATALOG, packed(content).replace(b">>\nstream", bait)))


def test_a_name_that_lies_across_two_parts_is_found() -> None:
    for before in range(1024 * 1024 - 12, 1024 * 1024 + 2):
        assert is_active(b"%" + b" " * before + b"/JavaScript ")


def test_what_is_packed_too_tightly_is_not_unpacked() -> None:
    assert is_active(pdf(CATALOG, packed(zlib.compress(b"5 0 " + bytes(LARGEST_UNPACKED + 1)))))


@pytest.mark.parametrize(
    "part", [b"1 0 obj<<", b"1 0 obj<</A(", b"1 0 obj%", b"/AA%", b"/OpenAction%", b"#4"]
)
def test_a_file_made_to_keep_us_busy_does_not(part: bytes) -> None:
    began = time.process_time()
    is_active(b"%PDF-1.7\n" + part * (4_000_000 // len(part)))
    assert time.process_time() - began < 8
