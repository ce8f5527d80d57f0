"""What lies behind an Offline: as the operating system and TLS told it, for the words alone."""

import errno
import socket
import ssl
from collections.abc import Iterator
from typing import Literal

from app.errors import Offline, OfflineReason

Cause = (
    OfflineReason | Literal["expired", "not_yet_valid", "other_host", "unknown_issuer", "no_network", "down"]
)
"""Beside the reasons of Offline: four faults of a certificate, a computer without a network, and a server's
computer that answers without its server."""

# By the numbers of OpenSSL's X509_V_ERR.
_CERTIFICATE: dict[int, Cause] = {
    9: "not_yet_valid",
    10: "expired",
    62: "other_host",
    64: "other_host",
    **dict.fromkeys((2, 18, 19, 20, 21), "unknown_issuer"),
}
_NO_NETWORK = (errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL)


def cause_of(failure: Offline) -> Cause:
    """The cause as exactly as it is known; the failure's own reason when no more is."""
    for error in _behind(failure):
        match error:
            case ssl.SSLCertVerificationError():
                return _CERTIFICATE.get(error.verify_code, "certificate")
            case socket.gaierror(errno=socket.EAI_AGAIN):
                # No name server answers at all, whatever the name.
                return "no_network"
            case ConnectionRefusedError():
                return "down"
            case OSError(errno=number) if number in _NO_NETWORK:
                return "no_network"
    return failure.reason


def _behind(error: BaseException) -> Iterator[BaseException]:
    """Whatever an exception came of, nearest first."""
    left: list[BaseException | None] = [error]
    seen: set[int] = set()
    while left:
        each = left.pop(0)
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        left += [each.__cause__, each.__context__]
        if isinstance(each, BaseExceptionGroup):
            left += each.exceptions
