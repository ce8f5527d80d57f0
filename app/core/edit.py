"""Changing a record that others change too (OFF-03): theirs is never overwritten unseen, ours never lost."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar

from app.core.action import Action, Attempt, Conflict, Facts, Unfit
from app.core.sendable import is_sendable
from app.errors import Broken, NotOffered, Refused

_GONE = "What was edited is no longer at the server. Your version is kept here."


class Readable(Protocol):
    """A record. unread: paths of what came but could not be understood."""

    @property
    def unread(self) -> tuple[str, ...]: ...


T = TypeVar("T", bound=Readable)


def edited(before: Mapping[str, Any], after: Mapping[str, Any]) -> Facts:
    """What an edit keeps of the values that it changes: `before` as they were read, `after` as they shall be.

    Values that are not changed are left out, so that nobody else's change to them is a conflict.
    Raises Unfit when nothing is changed, or something in it cannot be sent.
    """
    changed = {name: value for name, value in after.items() if not _same(value, before.get(name))}
    if not changed:
        raise Unfit("Nothing was changed, so there is nothing to send.")
    base = {name: before.get(name) for name in changed}
    if not is_sendable(changed) or not is_sendable(base):
        raise Unfit("The text holds a broken character. Type it again.")
    return {"before": base, "after": changed}


class Edit(ABC, Generic[T]):
    """The act of such a change: what `edited` keeps, in an action's body.

    It reads, compares the changed values alone, and writes where each is as it was read, or already as it
    shall be. Repeating it is harmless.
    """

    words = "Somebody else changed this meanwhile, so yours was not sent. Both are kept: choose one."
    """Of a conflict, for people."""

    @abstractmethod
    async def read(self, body: Facts) -> T:
        """The record as the server has it now. Raises Failure."""

    @abstractmethod
    def value(self, record: T, name: str) -> Any:
        """One of its values, by the name that the body has for it."""

    @abstractmethod
    async def write(self, body: Facts, record: T, changes: Facts, /) -> T:
        """Writes `changes` over `record`, the one last read; how it is then. Raises Failure."""

    async def send(self, action: Action, attempt: Attempt) -> Facts:
        """Writes the change; the values as the server has them then. Raises Failure, Conflict."""
        body = action.body
        record = await self.read(body)
        for is_last in (False, True):
            changes = self._missing(body, record)
            if not changes:
                break
            await attempt.beyond_recall()
            try:
                return self._now(body, await self.write(body, record, changes))
            except Refused:
                # Perhaps because somebody wrote between our reading and our writing.
                newer = record if is_last else await self.read(body)
                if newer == record:
                    raise
                record = newer
        return self._now(body, record)

    async def settle(self, action: Action) -> Facts | None:
        """The values as the server has them, when they are as they shall be. Raises Failure, Conflict."""
        try:
            record = await self.read(action.body)
        except NotOffered:
            raise
        except Refused as refusal:
            if refusal.status == 404:
                raise Conflict(_GONE, {}) from None
            raise
        return None if self._missing(action.body, record) else self._now(action.body, record)

    def _missing(self, body: Facts, record: T) -> Facts:
        """The changes that the record does not have yet. Raises Conflict, Broken."""
        before, after, now = body["before"], body["after"], self._now(body, record)
        missing = {name: after[name] for name in after if not _same(now[name], after[name])}
        if any(not _same(now[name], before[name]) for name in missing):
            raise Conflict(self.words, now)
        return missing

    def _now(self, body: Facts, record: T) -> Facts:
        for complaint in record.unread:
            # What cannot be read must not be written over as if nothing were there.
            if complaint.partition(" ")[0].rpartition(".")[2] in body["after"]:
                raise Broken("shape", where=complaint)
        return {name: self.value(record, name) for name in body["after"]}


def _same(one: Any, other: Any) -> bool:
    """None and "" both say that nothing is written there; ends of lines are the server's affair."""
    if isinstance(one, bool) != isinstance(other, bool):
        return False  # Python takes True for 1.
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str):
        return "\n".join(line.rstrip() for line in value.strip().splitlines())
    return value
