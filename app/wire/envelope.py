"""The reply envelope: what is a success, and which failure the rest is (api/README.md §6 and §7)."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from app.errors import Broken, Failure, Offline, Refused, SignedOut
from app.wire.reader import decode, mended

# A server that asks for more than this is asked again all the same: patients may be waiting.
_LONGEST_WAIT_S = 600.0
# What says its meaning by its status, whoever says it: too large, too many requests.
_PLAIN = (413, 429)
# Nobody's no: whoever says it has not waited for the server, or not handed on what came too early.
NO_ANSWER = (408, 425)
# With these a server may say no without a word.
_WORDLESS = (400, 403, 404, 405, 422)
_EMPTY = (b"{}", b"[]", b"null")
# A proxy on the way wants to know who we are; the request went no further.
_PROXY_WANTS_SIGN_IN = 407
_BOM = b"\xef\xbb\xbf"
# 2020, before there was this program, and 2100: no server's time of now lies beyond them.
_EARLIEST_S, _LATEST_S = 1_577_836_800.0, 4_102_444_800.0


class _Envelope(msgspec.Struct):
    data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    code: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    message: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_ROWS = msgspec.json.Decoder(list[msgspec.Raw])
_KEYED_ROWS = msgspec.json.Decoder(dict[str, msgspec.Raw])


def data_of(status: int, body: bytes, retry_after: float | None, *, needs_data: bool) -> msgspec.Raw:
    """The raw `data` of a successful reply; raises the Failure that any other reply is.

    status: of HTTP. retry_after: seconds. needs_data: a reading call without `data` is a failure; an
    action without it has succeeded (api/README.md §6) and gives an empty Raw.

    The API says no in JSON (api/README.md §6). A 4xx that is none, or that has none of the API's keys, comes
    from something on the way, such as a network's sign-in page or a gateway: it is Broken and carries its
    status, and nobody is refused by it; the server may be carrying out what was asked. With `code`, `message`
    or `data` it is taken for the API's word, whoever says it; so is an empty object, list or null where the
    API has such a status. A 401 in JSON is a 401 in any words: the token is renewed, and only where that
    fails is anybody signed out. What may be made of the rest: after a 401 that is no JSON the token is
    renewed as well (`Client`), and after a 404, 405 or 501 of an [assumed] endpoint one looks whether the
    server has it (`Offers`). 408 and 425 are nobody's no, in any words.
    """
    envelope = _decode(body)
    if status != 200:
        if _is_foreign(status, envelope, body):
            raise Broken("not_json", status=status, retry_after=retry_after)
        raise failure_of(status, _words(envelope), retry_after)
    if envelope is None:
        raise Broken("not_json")
    code = _code(envelope)
    if code not in (None, 200):
        raise failure_of(code or 0, _words(envelope), retry_after)
    if isinstance(envelope.data, msgspec.Raw):
        return envelope.data
    if needs_data:
        raise Broken("shape", where="data")
    return msgspec.Raw()


def rows_of(data: msgspec.Raw) -> list[msgspec.Raw]:
    """The rows of a list reply, each still undecoded.

    PHP writes an array with gaps as an object, so a non-empty object gives its values. Anything else is
    Broken: it must not be taken for an empty list (QUE-03).
    """
    try:
        if bytes(memoryview(data)[:1]) == b"[":
            return _ROWS.decode(data)
        rows = list(_KEYED_ROWS.decode(data).values())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Broken("shape", where="data") from None
    if not rows:
        raise Broken("shape", where="data")
    return rows


def beside(body: bytes, name: str) -> Any:
    """What stands under `name` beside `data`, such as `total_count`; None when nothing does."""
    text = body.removeprefix(_BOM)
    try:
        values = _KEYED_ROWS.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        try:
            values = _KEYED_ROWS.decode(mended(text))
        except (msgspec.DecodeError, ValueError, RecursionError):
            return None
    return _value(values[name], unreadable=None) if name in values else None


def failure_of(status: int, message: str, retry_after: float | None = None) -> Failure:
    """The Failure that a status (of HTTP or of the envelope) other than 200 stands for."""
    if status == 401:
        return SignedOut(message)
    if status == _PROXY_WANTS_SIGN_IN:
        return Offline("unreachable", str(status))
    if 400 <= status < 500 and status not in NO_ANSWER:
        return Refused(status, message, retry_after=retry_after)
    return Broken("status", status=status, retry_after=retry_after)


def retry_after_s(value: str | None, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks for: a number, or a date against `now` (Unix s)."""
    if not value:
        return None
    if value.strip().isdecimal():
        return min(float(value), _LONGEST_WAIT_S)
    moment = http_date(value)
    return None if moment is None else min(max(0.0, moment - now), _LONGEST_WAIT_S)


def http_date(value: str | None) -> float | None:
    """Unix seconds of an HTTP date header, None when it is missing, not a date, or none that can be true.

    What it says becomes the time that waits are reckoned by (`ServerClock`), and some years cannot even be
    written down.
    """
    if not value:
        return None
    try:
        moment: datetime = parsedate_to_datetime(value)
        date_s = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
    return date_s if _EARLIEST_S <= date_s < _LATEST_S else None


def _decode(body: bytes) -> _Envelope | None:
    """The envelope, or None when the body is no JSON; an object is all that can carry `data` or `code`."""
    text = body.removeprefix(_BOM)
    try:
        return _ENVELOPE.decode(text)
    except msgspec.ValidationError:
        return _Envelope()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decode_mended(text)


def _decode_mended(text: bytes) -> _Envelope | None:
    """Half an emoji in one patient's words (a lone surrogate) must not hide the other patients."""
    try:
        return _ENVELOPE.decode(mended(text))
    except (ValueError, RecursionError):
        return None


def _is_foreign(status: int, envelope: _Envelope | None, body: bytes) -> bool:
    """Whether a no is not the API's."""
    if not 400 <= status < 500 or status in (*_PLAIN, *NO_ANSWER, _PROXY_WANTS_SIGN_IN):
        return False
    if envelope is None:
        return True
    if status == 401 or (status in _WORDLESS and body.removeprefix(_BOM).strip() in _EMPTY):
        return False
    return all(said is msgspec.UNSET for said in (envelope.code, envelope.message, envelope.data))


def _code(envelope: _Envelope) -> int | None:
    """The envelope's code as a number; None when absent; 0, which is no success, when it is no number."""
    if not isinstance(envelope.code, msgspec.Raw):
        return None
    value = _value(envelope.code, unreadable=0)
    if value is None:
        return None
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def _words(envelope: _Envelope | None) -> str:
    if envelope is None or not isinstance(envelope.message, msgspec.Raw):
        return ""
    message = _value(envelope.message, unreadable="")
    return message if isinstance(message, str) else ""


def _value(raw: msgspec.Raw, unreadable: Any) -> Any:
    try:
        return decode(raw)
    except ValueError:
        return unreadable
