"""What whoever runs this computer does there, noted in the audits of all who work at it (AUD-01)."""

import os
from contextlib import suppress
from pathlib import Path

from app.core.aside import aside
from app.core.audit import Audit, Event
from app.core.clock import ServerClock, SystemClock
from app.core.keys import Keys, NoKeyring
from app.core.store.chain import NOBODY
from app.core.store.existing import NoKey, names_in, open_existing
from app.core.store.fault import StoreFault


async def note(keys: Keys, folder: Path, name: str, event: Event, outcome: str = "ok") -> StoreFault | None:
    """Adds a line to one store that is there; why its disk did not take it, None when it did.

    Raises NoKeyring, NoKey, StoreFault where it cannot be opened.
    """
    store = await open_existing(folder, keys, name)
    try:
        Audit(store, operator(), ServerClock(SystemClock())).note(event, outcome=outcome)
        await store.flush()
    except StoreFault as fault:
        return fault
    finally:
        await store.close()
    return None


async def note_everywhere(keys: Keys, folder: Path, event: Event, outcome: str = "ok") -> None:
    """Adds a line to every store in `folder` that this keyring opens; the others keep what they have."""
    try:
        names = await aside(lambda: names_in(folder))
    except OSError:
        return
    for name in names:
        with suppress(NoKeyring, NoKey, StoreFault):
            await note(keys, folder, name, event, outcome)


def operator() -> str:
    """Who runs the program, as the operating system numbers them."""
    return f"uid-{os.getuid()}" if hasattr(os, "getuid") else NOBODY
