"""Writes docs/api-coverage.md: what of the API the client calls, the practice clinic serves, a screen uses.

Everything but the last column is read from the code: the path table, the practice clinic's endpoints, and the
functions of `app/` in whose calls a key of the table stands. `make docs` runs it; a test compares.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.sandbox.app import ENDPOINTS
from app.wire.endpoints import TABLE

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "api-coverage.md"

# Held against the journal of a practice clinic that a window was used with: tests/ui/test_api_coverage.py.
SCREENS: Mapping[str, str] = {
    "auth.login": "Sign-in",
    "auth.redirect": "Queue, starting a call",
    "auth.logout": "Menu, sign out",
    "auth.alive": "Queue, a provider is there",
    "users.presence": "Top bar, available or away",
    "users.get": "Sign-in, who it is and as what",
    "accounts.get": "Settings, what the clinic has set",
    "settings.get": "Settings, your account",
    "visits.list": "Queue",
    "visits.get": "Queue, the visit beside it",
    "visits.inprogress": "Queue, starting a call",
    "visits.close": "Queue, finishing a visit",
    "visits.postvisit.get": "Queue, the note of a finished visit",
    "intakes.get": "Queue, the intake",
    "visits.assign": "Queue, starting a call: the visit is taken",
    "rooms.list": "Queue, names of rooms",
    "rooms.get": "Queue, a room's time zone",
    "rooms.providers": "Queue, names of providers",
    "portal.visit": "Queue, starting a call",
}

_LEAD = """\
# Coverage of the VSee Clinic API

Written by `make docs` from the path table, the practice clinic's endpoints and the client's code.

Evidence: **doc** vendor documentation, **sdk** the vendor's iOS SDK, **code** public third-party clients,
**assumed** our own design: a real server may answer 404, and the program then says that this clinic's
server does not offer it. A clinic overrides or switches off any key in its profile file.

`webhook.receive` (server to us) is not here: a workstation is no web server; it comes with the hub.

| key | method and path | evidence | client | practice clinic | screen |
| --- | --- | --- | --- | --- | --- |
"""

_BASES = {"api": "", "portal": "{portal}", "files": "{files}", "claims": "{claims}", "nppes": "{nppes}"}
# Chosen by the profile's `call_target`, so that no literal of the key stands in the code.
_CALL_PAGES = ("portal.visit", "portal.dashboard", "portal.room")
_SERVED_BY_PORTAL = ("portal.", "auth.redirect")


def document() -> str:
    """The whole file."""
    clients, routes = client_functions(), {endpoint.key: endpoint for endpoint in ENDPOINTS}
    same_path = {(known.method, known.path): routes.get(key) for key, known in reversed(TABLE.items())}
    lines = []
    for key, known in TABLE.items():
        route = routes.get(key) or same_path[known.method, known.path]
        if route is not None:
            served = f"`{_module(route.handle.__module__)}` {route.handle.__name__}"
        else:
            served = "`app/sandbox/portal.py`" if key.startswith(_SERVED_BY_PORTAL) else "none"
        client = ", ".join(f"`{path}` {name}" for path, name in clients.get(key, ())) or "none"
        if key in _CALL_PAGES:
            client = "`app/calls/start.py` Calls"
        path = f"{known.method} {_BASES.get(known.base, '{' + known.base + '}')}/{known.path}"
        cells = (f"`{key}`", f"`{path}`", known.evidence, client, served, SCREENS.get(key, "none yet"))
        lines.append(f"| {' | '.join(cells)} |")
    return _LEAD + "\n".join(lines) + "\n"


def client_functions() -> dict[str, list[tuple[str, str]]]:
    """(file, function) of each call in a feature that names a key of the table."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in sorted((ROOT / "app").rglob("*.py")):
        local = path.relative_to(ROOT)
        if local.parts[1] in ("wire", "doctor") or path.name in ("sandbox.py", "sentences.py"):
            continue
        if "sandbox" in local.parts:
            continue
        for name, key in _calls(ast.parse(path.read_text(encoding="utf-8"))):
            if (local.as_posix(), name) not in found[key]:
                found[key].append((local.as_posix(), name))
    return found


def _calls(tree: ast.AST, owner: str = "") -> Iterator[tuple[str, str]]:
    """(qualified name of the function, key) of every call with a key among its arguments."""
    for node in ast.iter_child_nodes(tree):
        name = owner
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{owner}.{node.name}" if owner else node.name
        if isinstance(node, ast.Call):
            for argument in node.args:
                if isinstance(argument, ast.Constant) and argument.value in TABLE:
                    yield owner, argument.value
        yield from _calls(node, name)


def _module(name: str) -> str:
    return name.replace(".", "/") + ".py"


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
