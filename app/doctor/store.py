"""Whether this workstation can keep encrypted work, and what it keeps already."""

import secrets
import tempfile
from pathlib import Path

from app.core.aside import aside
from app.core.store.fault import StoreFault
from app.core.store.store import open_file
from app.doctor.report import Said, fail, ok, warn
from app.home import home
from app.sentences import not_on_disk

_MB = 1024 * 1024
_PROBE = "doctor"


async def store() -> Said:
    """Writes an encrypted file, reads it again, sees that no other key opens it, and leaves nothing."""
    folder = home()
    try:
        with tempfile.TemporaryDirectory(
            prefix="doctor-", dir=folder if folder.is_dir() else None, ignore_cleanup_errors=True
        ) as place:
            is_sealed = await _is_sealed(Path(place) / "probe.db")
    except (StoreFault, OSError) as error:
        reason = error.reason if isinstance(error, StoreFault) else "read_only"
        return fail("nothing can be kept here", not_on_disk(StoreFault(reason)))
    if not is_sealed:
        return fail("its files open without their key", "Install Vestibule anew.")
    found, set_aside = await aside(lambda: _kept(folder / "stores"))
    if set_aside:
        return warn(
            f"encrypted; {found}, {set_aside} damaged set aside",
            "Remove the files named damaged when nothing is missing.",
        )
    return ok(f"encrypted; {found}")


async def _is_sealed(path: Path) -> bool:
    key = secrets.token_bytes(32)
    written = await open_file(path, key)
    written.put_draft(_PROBE, _PROBE)
    await written.flush()
    await written.close()
    again = await open_file(path, key)
    drafts = await again.drafts()
    await again.close()
    if drafts != {_PROBE: _PROBE}:
        raise StoreFault("failed")
    try:
        await (await open_file(path, secrets.token_bytes(32))).close()
    except StoreFault as fault:
        return fault.reason == "damaged"
    return False


def _kept(folder: Path) -> tuple[str, int]:
    """What is kept in a folder, in words without names, and how many files are set aside."""
    files = list(folder.glob("*.db")) if folder.is_dir() else []
    set_aside = sum(".damaged-" in file.name for file in files)
    size_mb = sum(file.stat().st_size for file in files) / _MB
    people = len(files) - set_aside
    return f"{people} {'person' if people == 1 else 'people'} on this computer, {size_mb:.1f} MB", set_aside
