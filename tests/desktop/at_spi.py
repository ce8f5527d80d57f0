"""What assistive technology has of the program: its widgets as another process sees and uses them (AT-SPI).

Names of interfaces, members and numbers: the specification's XML, at-spi2-core/xml, and atspi-constants.h.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from jeepney import DBusAddress, MatchRule, MessageType, Properties, message_bus, new_method_call
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

from tests.desktop.machine import WITHIN_S, until

LAUNCHER = (
    shutil.which("at-spi-bus-launcher", path="/usr/libexec:/usr/lib/at-spi2-core:/usr/lib")
    or "at-spi-bus-launcher"
)
"""No desktop has it on its path."""

ENABLED, FOCUSED, SELECTED, SHOWING = 8, 12, 23, 25
_PREFIX = "org.a11y.atspi."
_ROOT = "/org/a11y/atspi/accessible/root"


class Gone(Exception):
    """The program has this part no more, or does not answer this of it."""


class Part:
    """One accessible object. What it says is asked for anew each time."""

    def __init__(self, connection: DBusConnection, bus_name: str, path: str) -> None:
        self._connection, self._bus_name, self.path = connection, bus_name, path

    def __repr__(self) -> str:
        return f"{self.role} {self.name!r}"

    @property
    def name(self) -> str:
        return str(self._property("Accessible", "Name"))

    @property
    def description(self) -> str:
        return str(self._property("Accessible", "Description"))

    @property
    def role(self) -> str:
        return str(self._ask("Accessible", "GetRoleName")[0])

    def states(self) -> set[int]:
        """The numbers of what is true of it now."""
        low, high = self._ask("Accessible", "GetState")[0]
        bits = low | high << 32
        return {number for number in range(64) if bits >> number & 1}

    def parts(self) -> list["Part"]:
        """What is directly in it, hidden parts included."""
        return [Part(self._connection, *each) for each in self._ask("Accessible", "GetChildren")[0]]

    def all_shown(self, *, but: str = "table") -> Iterator["Part"]:
        """It and everything in it that is on the screen. but: of such parts, not what is in them."""
        # A part may go while the others are asked.
        with suppress(Gone):
            if SHOWING in self.states():
                yield self
                if self.role != but:
                    for part in self.parts():
                        yield from part.all_shown(but=but)

    def find(self, role: str, name: str = "") -> "Part | None":
        """The first shown part of this role. name: whose name begins so."""
        for part in self.all_shown():
            with suppress(Gone):
                if part.role == role and part.name.startswith(name):
                    return part
        return None

    def texts(self) -> list[str]:
        """What its labels say."""
        found = []
        for part in self.all_shown():
            with suppress(Gone):
                if part.role == "label" and part.name:
                    found.append(part.name.replace("\N{NO-BREAK SPACE}", " "))
        return found

    def act(self, action: str) -> None:
        """Does what it offers under this name: "Press", "Toggle" ..."""
        count = int(self._property("Action", "NActions"))
        offered = [self._ask("Action", "GetName", "i", (number,))[0] for number in range(count)]
        assert action in offered, f"{self} offers {offered}"
        assert ENABLED in self.states(), f"{self} cannot be used now"
        assert self._ask("Action", "DoAction", "i", (offered.index(action),))[0]

    def rows(self) -> list[list["Part"]]:
        """The cells of a table."""
        across, down = range(self._property("Table", "NColumns")), range(self._property("Table", "NRows"))
        return [[self._cell(row, column) for column in across] for row in down]

    def titles(self) -> list[str]:
        """Those of a table's columns."""
        across = range(self._property("Table", "NColumns"))
        return [self._ask("Table", "GetColumnDescription", "i", (column,))[0] for column in across]

    def _cell(self, row: int, column: int) -> "Part":
        return Part(self._connection, *self._ask("Table", "GetAccessibleAt", "ii", (row, column))[0])

    def _property(self, interface: str, name: str) -> Any:
        address = DBusAddress(self.path, self._bus_name, _PREFIX + interface)
        return self._answer(Properties(address).get(name))[0][1]

    def _ask(
        self, interface: str, method: str, signature: str | None = None, body: tuple[Any, ...] = ()
    ) -> Any:
        address = DBusAddress(self.path, self._bus_name, _PREFIX + interface)
        return self._answer(new_method_call(address, method, signature, body))

    def _answer(self, question: Any) -> Any:
        reply = self._connection.send_and_get_reply(question, timeout=WITHIN_S)
        if reply.header.message_type == MessageType.error:
            raise Gone(str(reply.body))
        return reply.body


class Reader:
    """A screen reader. heard: what programs announced since its beginning, as far as it was asked for."""

    def __init__(self, connection: DBusConnection, announced: DBusConnection) -> None:
        self._connection, self._announced = connection, announced
        self.heard: list[str] = []
        rule = MatchRule(type="signal", interface=f"{_PREFIX}Event.Object", member="Announcement")
        registry = DBusAddress("/org/a11y/atspi/registry", f"{_PREFIX}Registry", f"{_PREFIX}Registry")
        for wish in (
            new_method_call(registry, "RegisterEvent", "sas", ("object:announcement", [])),
            message_bus.AddMatch(rule),
        ):
            reply = announced.send_and_get_reply(wish, timeout=WITHIN_S)
            assert reply.header.message_type != MessageType.error, reply.body
        self._waiting = announced.filter(rule, bufsize=1000).__enter__()

    def program(self) -> Part:
        """The one that runs, as soon as it is there."""
        desktop = Part(self._connection, f"{_PREFIX}Registry", _ROOT)
        return until(lambda: next(iter(desktop.parts()), None), "a program to read")

    def hears(self) -> str:
        """The next announcement."""
        message = self._announced.recv_until_filtered(self._waiting, timeout=WITHIN_S)
        self.heard.append(str(message.body[3][1]))
        return self.heard[-1]


@contextmanager
def screen_reader(session_bus: str) -> Iterator[Reader]:
    """As one begins on a desktop: it tells every program that it is there (org.a11y.Status)."""
    until(lambda: _is_there(session_bus), "the bus of accessibility")
    with open_dbus_connection(session_bus) as session:
        for name in ("IsEnabled", "ScreenReaderEnabled"):
            status = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Status")
            session.send_and_get_reply(Properties(status).set(name, "b", True))
        bus = new_method_call(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus"), "GetAddress")
        address = session.send_and_get_reply(bus).body[0]
        with open_dbus_connection(address) as first, open_dbus_connection(address) as second:
            yield Reader(first, second)


def _is_there(session_bus: str) -> bool:
    with open_dbus_connection(session_bus) as connection:
        return bool(Proxy(message_bus, connection).NameHasOwner("org.a11y.Bus")[0])
