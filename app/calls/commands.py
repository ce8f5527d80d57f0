"""What VSee Messenger can be told to do (api/calls.md §5 [code]). timeout: in seconds [assumed].

On the wire a command is an object of one key, `{"startCall": {"username": ..., "timeout": ...}}`, as a public
client of the service sends it [code].
"""

from dataclasses import dataclass, field, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One step. Commands that hold others carry them out in order."""

    def wire(self) -> dict[str, object]:
        """The command as it is sent."""
        name = type(self).__name__
        arguments = {part.name: _argument(getattr(self, part.name)) for part in fields(self)}
        return {name[0].lower() + name[1:]: arguments}


def _argument(value: object) -> object:
    if isinstance(value, tuple):
        return [part.wire() for part in value]
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Init(Command):
    """What is done when Messenger starts, before everything else."""

    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUser(Command):
    """Signs in. username: `<prefix>+<id>`, the `vseeid` of the clinic's API."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAutoAccept(Command):
    """Whether calls of this user are taken without asking."""

    enabled: bool
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAddressBook(Command):
    """Whether the address book is shown."""

    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFirstTutorial(Command):
    """Whether the introduction is shown."""

    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOutlookImport(Command):
    """Whether contacts may be imported."""

    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCallSurvey(Command):
    """Whether it asks for an opinion after a call."""

    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetHistory(Command):
    """Whether it keeps a history."""

    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVideoWindow(Command):
    """Where a user's picture stands, in pixels. pinned: above other windows."""

    username: str
    x: int
    y: int
    width: int
    height: int
    pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Command):
    """Calls a user."""

    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCall(Command):
    """Calls a user until they answer, at most so long."""

    username: str
    timeout: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitForCall(Command):
    """Waits for a call. acceptuser: whose call is taken."""

    timeout: int
    autoaccept: bool
    acceptuser: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat(Command):
    """Opens the chat with a user."""

    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnIdle(Command):
    """What is done when nothing happened for so long."""

    timeout: int
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnEndCall(Command):
    """What is done when a call ends."""

    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowLocalVideo(Command):
    """Shows the user's own picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit(Command):
    """Ends Messenger."""
