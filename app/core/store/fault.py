"""The ways in which this machine fails to keep something."""

from typing import Literal

FaultReason = Literal["full", "read_only", "damaged", "newer", "failed"]


class StoreFault(Exception):
    """The store could not be read or written; what was to be kept is still in memory.

    reason: full (the disk), read_only (file or folder), damaged (no database, or not with this key), newer
    (written by a newer version of the program), failed (anything else the disk does).
    """

    def __init__(self, reason: FaultReason) -> None:
        super().__init__(reason)
        self.reason: FaultReason = reason
