"""A start, from the process to the first painted row: `python -m tests.bench.start full|empty FOLDER`.

Both are the whole window over a kept sign-in and a server that does not answer: one with the visits of the
last session in its store, the other with a store that knows the person alone. BEGAN: when the process was
begun (s). Prints milliseconds to the first paint of the list with rows in it; to that of the page, without.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from app.home import Preferences
from tests.keyrings import HeldKeys

API = "http://127.0.0.1:9/api_v3/"
ACCOUNT, USERNAME, USER_ID = "bench", "bench", "612"
KEYS = "keys.json"


class Watch(QObject):
    """Sees the first paint of the list itself; with rows, when they are wanted."""

    def __init__(self, wants_rows: bool) -> None:
        super().__init__()
        self._wants_rows = wants_rows

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._is_it(watched):
            QTimer.singleShot(0, self._end)
        return False

    def _is_it(self, painted: QObject) -> bool:
        pages = [each.page for each in QApplication.topLevelWidgets() if getattr(each, "page", None)]
        if not pages:
            return False
        queue = pages[0].queue
        if not self._wants_rows:
            return queue.isVisible() and painted is queue
        return painted is queue.table.viewport() and queue.model.rowCount() > 0

    def _end(self) -> None:
        print(f"{(time.time() - float(os.environ['BEGAN'])) * 1000:.1f}", flush=True)
        os._exit(0)


def main() -> None:
    which, folder = sys.argv[1], Path(sys.argv[2])
    application = QApplication(sys.argv[:1])
    watch = Watch(wants_rows=which == "full")
    application.installEventFilter(watch)
    held = HeldKeys()
    held.held = json.loads((folder / KEYS).read_text())
    from ui.start import run

    where = {"account": ACCOUNT, "username": USERNAME, "api": API, "portal": API}
    run(folder, Preferences(place="other", **where), begin=None, keys=held)


async def furnish(folder: Path, visits: int) -> None:
    """The workstation of somebody who has seen so many visits, one minute ago."""
    import msgspec

    from app.auth.kept import KeptSignIn
    from app.auth.tokens import Tokens
    from app.core.activity import Noted
    from app.core.store.opening import name_of, open_store
    from app.profile import Profile, checked
    from app.users.record import Person
    from app.users.role import Me, Role
    from app.visits.record import read_visit
    from app.wire.envelope import data_of, rows_of
    from tests.bench.refresh import bodies

    keys = HeldKeys()
    profile = checked(Profile(name=ACCOUNT, api=API, portal=API, account=ACCOUNT))
    await KeptSignIn(keys, profile, USERNAME).write(Tokens(user_id=USER_ID, token="0" * 32))
    store = (await open_store(folder / "stores", keys, name_of(API, ACCOUNT, USER_ID))).store
    person = Person(id=USER_ID, full_name="Noor Haddad")
    me = msgspec.json.encode(Me(person=person, role=Role.PROVIDER))
    store.put_setting("me", me)
    # Of somebody who was here a minute ago, or they would be asked to sign in.
    store.put_setting("seen", msgspec.json.encode(Noted(time.time() - 60, time.time() - 60)))
    store.put_setting("visits.confirmed_at", msgspec.json.encode(time.time() - 60))
    if visits:
        answer = data_of(200, bodies()[0], None, needs_data=True)
        rows = [read_visit(bytes(row)) for row in rows_of(answer)][:visits]
        kept = [(row.id, msgspec.json.encode(row)) for row in rows]
        assert len(kept) == visits
        await store.keep_facts("visits", time.time() - 60, lambda: kept)
    await store.close()
    (folder / KEYS).write_text(json.dumps(keys.held))


def furnished(folder: Path, visits: int) -> Path:
    folder.mkdir()
    asyncio.run(furnish(folder, visits))
    return folder


if __name__ == "__main__":
    main()
