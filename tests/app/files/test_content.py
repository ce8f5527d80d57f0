"""What a file really is, against what its name says (DAT-08)."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.files.content import Content, look

PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(200)
PAGE = b"\n<!DOCTYPE html><script>alert(1)</script>"
DRAWING = b"<?xml version='1.0'?>\n<svg onload='alert(1)'/>"


def picture(kind: str) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, kind)
    return content.getvalue()


def heif(brand: bytes) -> bytes:
    return b"\x00\x00\x00\x18ftyp" + brand + b"\x00\x00\x00\x00mif1heic" + bytes(50)


def docx() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", "<x/>")
    return content.getvalue()


def kind_of(content: bytes, name: str) -> Content:
    return look(io.BytesIO(content), name)


@pytest.mark.parametrize(
    ("content", "name", "kind", "media_type"),
    [
        (picture("PNG"), "a.png", "image", "image/png"),
        (picture("JPEG"), "a.JPG", "image", "image/jpeg"),
        (picture("JPEG"), "a.jpeg", "image", "image/jpeg"),
        (picture("GIF"), "a.gif", "image", "image/gif"),
        (picture("WEBP"), "a.webp", "image", "image/webp"),
        (picture("BMP"), "a.bmp", "image", "image/bmp"),
        (picture("TIFF"), "a.tif", "image", "image/tiff"),
        (heif(b"heic"), "IMG_1.HEIC", "image", "image/heic"),
        (heif(b"mif1"), "a.heif", "image", "image/heic"),
        (picture("JPEG"), "from a telephone.png", "image", "image/jpeg"),
        (b"%PDF-1.7\n%\xe2\xe3", "a.pdf", "pdf", "application/pdf"),
        (b"Caf\xc3\xa9\n", "a.txt", "text", "text/plain"),
        (b"Caf\xe9\n", "a.txt", "text", "text/plain"),
        ("Café".encode("utf-16"), "a.txt", "text", "text/plain"),
        (b"a,b\r\n1,2\r\n", "a.csv", "text", "text/csv"),
        (b"BM is how it begins", "a.txt", "text", "text/plain"),
        (docx(), "a.docx", "other", None),
        (b"anything\x00\x01", "a.unknown", "other", "application/octet-stream"),
        (b"anything\x00\x01", "no extension", "other", "application/octet-stream"),
        (PROGRAM, "setup.exe", "other", None),
        (PAGE, "page.html", "other", None),
        (DRAWING, "drawing.svg", "other", None),
    ],
)
def test_what_lives_up_to_its_name(content: bytes, name: str, kind: str, media_type: str | None) -> None:
    found = kind_of(content, name)
    assert found.kind == kind
    assert media_type in {None, found.media_type}


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.heic", "a.pdf", "a.docx", "a.zip", "scan", "a.mp4"])
@pytest.mark.parametrize(
    "content",
    [PROGRAM, PAGE, DRAWING, b"#!/bin/sh\nrm\n", b"\x7fELF\x02\x01\x01" + bytes(99), b"\xef\xbb\xbf<html>"],
    ids=["program", "page", "drawing", "script", "elf", "marked page"],
)
def test_what_runs_is_no_other_thing(content: bytes, name: str) -> None:
    assert kind_of(content, name).kind == "mismatch"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.png"),
        (b"", "a.pdf"),
        (b"random bytes \x00", "a.png"),
        (picture("PNG"), "a.pdf"),
        (picture("PNG"), "a.txt"),
        (b"%PDF-1.4\n", "a.png"),
        (b"%PDF-1.4\n", "a.txt"),
        (b" <html>%PDF-1.4", "a.pdf"),
        (b"BM is how a text begins", "a.bmp"),
        (b"text\x00with nothing", "a.txt"),
        (docx(), "a.pdf"),
    ],
)
def test_what_does_not_live_up_to_its_name(content: bytes, name: str) -> None:
    assert kind_of(content, name).kind == "mismatch"


@settings(max_examples=300)
@given(st.binary(max_size=80), st.sampled_from(["a.png", "a.pdf", "a.txt", "a.docx", "a.exe", "a", ""]))
def test_any_bytes_are_something(content: bytes, name: str) -> None:
    stream = io.BytesIO(content)
    found = look(stream, name)
    assert found.media_type
    assert stream.tell() == 0


class Counting(io.BytesIO):
    """Notes how much was read."""

    most = 0

    def read(self, size: int | None = -1) -> bytes:
        part = super().read(size)
        self.most += len(part)
        return part


def test_a_large_file_is_looked_at_from_its_ends() -> None:
    stream = Counting(b"%PDF-1.4\n" + bytes(5_000_000))
    assert look(stream, "a.pdf").kind == "pdf"
    assert stream.most < 100_000
