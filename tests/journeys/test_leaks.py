"""What lies on the disk after a kill tells nothing of any patient, and opens for nobody without the key."""

import base64
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from app.core.store.database import connect
from app.core.store.fault import StoreFault
from app.sandbox.opening import open_clinic
from tests.desktop.machine import environment
from tests.practice import START, Practice

VISITS = 40
DRAFT = "Typed but not saved: suspected tonsillitis"
NOTE = "Kept and not sent: amoxicillin for ten days"
REASON = "Kept at the desk: swollen left ankle"
# Shorter ones are found in any random bytes.
SHORTEST = 5


@pytest.fixture(scope="module")
def clinic() -> Iterator[Practice]:
    """A full one; its patients are those of `patients`."""
    with Practice(visits=VISITS) as practice:
        yield practice


@dataclass(frozen=True)
class Left:
    """What a killed window left behind. folder: its home and its temporary files. said: its whole output."""

    folder: Path
    held: dict[str, str]
    arguments: bytes
    environment: bytes
    files: list[Path]
    said: bytes

    @property
    def store(self) -> Path:
        (found,) = self.folder.rglob("*.db")
        return found

    @property
    def key(self) -> bytes:
        return bytes.fromhex(self.held[f"store|{self.store.stem}"])


@pytest.fixture(scope="module")
def left(clinic: Practice, tmp_path_factory: pytest.TempPathFactory) -> Left:
    folder = tmp_path_factory.mktemp("workstation")
    temporary = folder / "tmp"
    temporary.mkdir()
    told: dict[str, Any] = {
        **clinic.user("provider"),
        "api": clinic.api,
        "portal": clinic.portal,
        "account": clinic.account,
        "draft": DRAFT,
        "note": NOTE,
        "reason": REASON,
    }
    for act in ("intakes.create", "visits.postvisit.get"):
        clinic.weather("cut_before", act)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.leaking"],
        env=environment(folder, QT_QPA_PLATFORM="offscreen", TMPDIR=str(temporary)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(told).encode() + b"\n")
    process.stdin.flush()
    said = []
    while not (said and said[-1].startswith(b"{")):
        said.append(process.stdout.readline())
        assert said[-1], b"".join(said)
    proc = Path("/proc") / str(process.pid)
    arguments, surroundings = ((proc / name).read_bytes() for name in ("cmdline", "environ"))
    files = [each.readlink() for each in (proc / "fd").iterdir() if _is_written(proc, each.name)]
    process.kill()
    said.append(process.communicate(timeout=10)[0])
    held = json.loads(said[-2])
    return Left(folder, held, arguments, surroundings, files, b"".join(said[:-2]) + said[-1])


def _is_written(proc: Path, number: str) -> bool:
    """Whether something is a file that the process may write to."""
    try:
        flags = (proc / "fdinfo" / number).read_text().split("flags:")[1].split()[0]
        return (proc / "fd" / number).readlink().is_absolute() and bool(int(flags, 8) & 3)
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def needles(clinic: Practice) -> frozenset[str]:
    """Names, birth dates, phones and reasons of every patient, and what was typed."""
    world = open_clinic(7, START, VISITS)
    found = {DRAFT, NOTE, REASON}
    for person in world.people.values():
        if person.is_patient:
            first, last = person.first_name, person.last_name
            found |= {
                first,
                last,
                f"{first} {last}",
                f"{last}, {first}",
                person.phone or "",
                person.dob or "",
            }
    for intake in world.intakes.values():
        found |= {intake.reason, *(answer for answer in intake.answers.values() if isinstance(answer, str))}
    return frozenset(needle for needle in found if len(needle) >= SHORTEST)


def forms(needle: str) -> Iterator[bytes]:
    """A text as it may lie somewhere."""
    for text in {needle, needle.lower(), needle.upper(), quote(needle), json.dumps(needle)[1:-1]}:
        yield text.encode()
        yield text.encode("utf-16-le")
    raw = needle.encode()
    for shift in range(3):
        # Without the ends, which depend on the neighbours.
        coded = base64.b64encode(bytes(shift) + raw)
        yield coded[4 if shift else 0 : len(coded) // 4 * 4 - 4]


def leaks(places: dict[str, bytes], needles: frozenset[str]) -> set[tuple[str, str]]:
    """Which needle lies where."""
    wanted = [(needle, form) for needle in needles for form in forms(needle) if len(form) >= SHORTEST]
    return {
        (needle, where) for where, content in places.items() for needle, form in wanted if form in content
    }


def places(folder: Path) -> dict[str, bytes]:
    """The content of every file, and all names."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    names = "\n".join(str(path) for path in folder.rglob("*")).encode()
    return {"names of files": names, **{str(path.relative_to(folder)): path.read_bytes() for path in files}}


def test_no_word_of_any_patient_is_left_behind(left: Left, needles: frozenset[str]) -> None:
    found = places(left.folder)
    more = {"arguments": left.arguments, "environment": left.environment, "output": left.said}
    size = sum(map(len, found.values()))
    print(f"\n{len(needles)} texts sought in {len(found) - 1} files, {size // 1024} KiB")  # noqa: T201
    assert len(needles) > 150
    assert min(len(content) for where, content in found.items() if where.endswith(".db")) > 0
    assert leaks({**found, **more}, needles) == set()


def test_the_files_it_writes_are_all_among_these(left: Left) -> None:
    outside = [path for path in left.files if not path.is_relative_to(left.folder)]
    assert [path for path in outside if not path.is_relative_to("/dev")] == []


def test_the_scan_finds_what_is_there(left: Left, needles: frozenset[str], tmp_path: Path) -> None:
    needle = max(needles, key=len)
    sought = frozenset({needle, NOTE})
    planted = [needle.encode(), needle.upper().encode("utf-16-le"), quote(needle).encode()]
    planted += [base64.b64encode(b"-" * ahead + needle.encode() + b"--") for ahead in range(3)]
    for number, form in enumerate(planted):
        copy = tmp_path / str(number)
        shutil.copytree(left.folder / "vestibule", copy, ignore=shutil.ignore_patterns("*-wal"))
        (store,) = copy.rglob("*.db")
        content = store.read_bytes()
        store.write_bytes(content[:30_000] + form + content[30_000:])
        where = str(store.relative_to(copy))
        assert leaks(places(copy), sought) == {(needle, where)}
    (tmp_path / f"{NOTE}.txt").touch()
    assert (NOTE, "names of files") in leaks(places(tmp_path), sought)


def test_the_store_is_there_and_opens_with_its_key_alone(left: Left, tmp_path: Path) -> None:
    written = [path for path in left.store.parent.iterdir() if path.name.startswith(f"{left.store.name}")]
    assert sum(path.stat().st_size for path in written) > 50_000
    assert left.store.stat().st_mode & 0o077 == 0
    for path in written:
        shutil.copy(path, tmp_path / path.name)
    store = tmp_path / left.store.name
    assert not store.read_bytes().startswith(b"SQLite format 3")
    plain = sqlite3.connect(store)
    with pytest.raises(sqlite3.DatabaseError):
        plain.execute("select * from facts").fetchall()
    plain.close()
    for wrong in (bytes(32), bytes(reversed(left.key))):
        with pytest.raises(StoreFault) as refused:
            connect(store, wrong)
        assert refused.value.reason == "damaged"
    for path in written:
        shutil.copy(path, tmp_path / path.name)
    connection = connect(store, left.key)
    bodies = b"".join(bytes(body) for (body,) in connection.execute("select body from facts"))
    acts = b"".join(bytes(body) for (body,) in connection.execute("select body from actions"))
    drafts = {bytes(text).decode() for (text,) in connection.execute("select text from drafts")}
    connection.close()
    assert b"Okafor" in bodies
    assert NOTE.encode() in acts
    assert REASON.encode() in acts
    assert drafts == {DRAFT}
