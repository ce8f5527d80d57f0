"""Names that strangers chose: no paths, no hidden signs, nothing a desktop cannot write."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.files.names import LONGEST, extension, safe_name

HOSTILE = st.text(
    alphabet=st.characters() | st.sampled_from('/\\.. \t\n\r:*?"<>|\u202e\u2066\u200b\ufeff\u2028\u0301\0'),
    max_size=400,
)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("rash.png", "rash.png"),
        ("Lab results (CBC).pdf", "Lab results (CBC).pdf"),
        ("כאב גרון.jpg", "כאב גרון.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\x.txt", "x.txt"),
        ("/", "file"),
        ("", "file"),
        ("..", "file"),
        ("...png", "png"),
        (".bashrc", "bashrc"),
        ("annexe\u202efdp.exe", "annexefdp.exe"),
        ("a\0b\r\nc.pdf", "ab c.pdf"),
        ("a.txt:stream", "a.txt_stream"),
        ('x"; y=".html', "x_; y=_.html"),
        ("report.pdf. . ", "report.pdf"),
        ("con.png", "_con.png"),
        ("CON", "_CON"),
        ("Lpt1.tar.gz", "_Lpt1.tar.gz"),
        ("com¹.txt", "_com¹.txt"),
        ("contact.txt", "contact.txt"),
        ("e\u0301cole.txt", "école.txt"),
        ("\ud800half.txt", "half.txt"),
        ("x" * 300 + ".jpeg", "x" * (LONGEST - 6) + ".jpeg"),
        ("x." + "y" * 300, "x." + "y" * (LONGEST - 3)),
    ],
)
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@settings(max_examples=1_000)
@given(HOSTILE)
def test_any_name_can_be_written_and_hides_nothing(name: str) -> None:
    safe = safe_name(name)
    assert Path(safe).name == safe
    assert safe.strip(" .") == safe
    assert 0 < len(safe.encode()) <= LONGEST
    assert not any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for sign in safe)
    assert not set(safe) & set('/\\:*?"<>|')
    assert safe_name(safe) == safe


@given(HOSTILE)
def test_any_name_has_an_extension_or_none(name: str) -> None:
    found = extension(name)
    assert "." not in found
    assert found == found.lower()


def test_a_safe_name_is_written(tmp_path: Path) -> None:
    for name in ("nul", "\u202e.exe", "x" * 999 + ".pdf", "日本語" * 90 + ".png"):
        path = tmp_path / f"{safe_name(name)}.part"
        path.write_bytes(b"")
        assert path.parent == tmp_path


@pytest.mark.parametrize(
    ("name", "found"),
    [("a.PNG", "png"), ("a.tar.gz", "gz"), (".png", ""), ("a", ""), ("a.", ""), ("a." + "b" * 40, "")],
)
def test_extensions(name: str, found: str) -> None:
    assert extension(name) == found
