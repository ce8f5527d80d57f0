"""A record that the server sent and we could not read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """It stays in its list: behind it may be a waiting patient.

    id: made from the record's content, so that the same one keeps its place. complaint: what is wrong, by
    path, without any value.
    """

    id: str
    complaint: str
