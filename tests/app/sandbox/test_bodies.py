"""Bodies that nobody can read, and bodies without end: always 400, never a fault (api/README.md §4, §5)."""

from collections.abc import AsyncIterator

import pytest

from app.sandbox.http import LARGEST_BODY

FORM = "multipart/form-data; boundary=b"
PART = 64 * 1024

BROKEN = {
    "no JSON": ("application/json", b'{"id": '),
    "no object": ("application/json", b'["id"]'),
    "no UTF-8": ("application/json", b'{"id": "\xff"}'),
    "too deep": ("application/json", b"[" * 100_000),
    "a form that is called JSON": ("application/json", b"id=48211&status=30"),
    "XML": ("application/xml", b"<id>48211</id>"),
    "bytes": ("application/octet-stream", bytes(range(256))),
    "multipart without boundary": ("multipart/form-data", b"--b\r\n"),
    "multipart without parts": (FORM, b"id=48211"),
    "a part without name": (FORM, b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
    "a part without disposition": (FORM, b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n"),
    "a part with a spoilt header": (FORM, b"--b\r\n\x00: x\r\n\r\nx\r\n--b--\r\n"),
    "another boundary": (FORM, b'--c\r\nContent-Disposition: form-data; name="id"\r\n\r\nx\r\n--c--\r\n'),
    "a character set that cannot be decoded": (
        "multipart/form-data; charset=undefined; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="id"\r\n\r\nx\r\n--b--\r\n',
    ),
    "too many parts": (
        FORM,
        b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\nx\r\n' * 1_001 + b"--b--\r\n",
    ),
    "too many fields": ("application/x-www-form-urlencoded", b"x=1&" * 1_001),
}


@pytest.mark.logs
@pytest.mark.parametrize(("kind", "content"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("path", ["visits/close", "files"])
def test_what_cannot_be_read_is_refused(asker, path, kind, content):
    reply = asker.ask("POST", path, "noor.haddad", content=content, headers={"Content-Type": kind})
    assert (reply.status_code, reply.json()) == (400, {"code": 400, "message": "Bad Request"})


class Endless:
    """A body of one kind; how many bytes of it were taken."""

    def __init__(self, head: bytes, limit: int) -> None:
        self.head = head
        self.limit = limit
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.head
        while self.taken < self.limit:
            self.taken += PART
            yield b"a" * PART


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        ("application/json", b'{"id": "'),
        ("application/x-www-form-urlencoded", b"id="),
        (FORM, b'--b\r\nContent-Disposition: form-data; name="id"\r\n\r\n'),
        (FORM, b'--b\r\nContent-Disposition: form-data; name="id"; filename="x"\r\n\r\n'),
    ],
)
def test_a_body_is_not_read_without_end(asker, kind, head):
    body = Endless(head, 20 * LARGEST_BODY)
    reply = asker.ask("POST", "visits/close", "noor.haddad", content=body, headers={"Content-Type": kind})
    assert reply.status_code == 400
    assert body.taken <= LARGEST_BODY + PART


def test_a_file_is_not_read_beyond_what_a_file_may_have(asker):
    asker.world.largest_file = 3 * LARGEST_BODY
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    body = Endless(head, 20 * LARGEST_BODY)
    reply = asker.ask("POST", "files", "noor.haddad", content=body, headers={"Content-Type": FORM})
    assert (reply.status_code, reply.json()["message"]) == (400, "File is too large.")
    assert body.taken <= 4 * LARGEST_BODY + PART


def test_text_beside_a_file_is_not_kept_without_end(asker):
    body = Endless(b'--b\r\nContent-Disposition: form-data; name="meta"\r\n\r\n', 2 * LARGEST_BODY)
    reply = asker.ask("POST", "files", "noor.haddad", content=body, headers={"Content-Type": FORM})
    assert reply.status_code == 400
    assert body.taken <= PART


def test_a_served_clinic_does_not_complain_of_a_spoilt_form(served, browser):
    """Its standard error is looked at when it closes."""
    reply = browser.post(f"{served['api']}files", content=b"id=1", headers={"Content-Type": FORM})
    assert reply.status_code == 400


def test_a_body_may_be_as_large_as_it_may_be(asker):
    text = "a" * (LARGEST_BODY - 1_000)
    intake = asker.intake(long_answer=text)
    assert asker.data(f"intakes/{intake}", "mira.okafor")["long_answer"] == text
