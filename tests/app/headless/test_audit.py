"""`vestibule audit`: as real processes, against a store that a session has made (AUD-01, AUD-02)."""

import json
import os
import shutil
import stat
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.audit import Event
from app.core.keys import Keys, NoKeyring
from app.core.store.chain import seal_of
from app.core.store.database import connect
from app.core.store.opening import name_of, open_store
from app.entry import sign_in
from app.headless import audit
from app.headless.command import Ended
from app.session import Session
from tests.app.headless.commands import run
from tests.keyrings import HeldKeys, NoKeys
from tests.practice import Practice
from tests.sessions import fail, profile

BACKEND = """
import json, os
from pathlib import Path
from keyring.backend import KeyringBackend

class Filed(KeyringBackend):
    # One that is trusted, for the test's processes alone.
    __module__ = "keyring.backends.SecretService"
    priority = 1

    def get_password(self, service, username):
        path = Path(os.environ["TEST_KEYS"])
        return json.loads(path.read_text()).get(username) if path.exists() else None

    def set_password(self, service, username, password):
        path = Path(os.environ["TEST_KEYS"])
        kept = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps({**kept, username: password}))
"""


class Workstation:
    """A folder with stores, and a keyring that processes of its own share with the test."""

    def __init__(self, folder: Path, clinic: Practice) -> None:
        self.clinic = clinic
        self.stores = folder / "home" / "stores"
        self.keys = FiledKeys(folder / "keys.json")
        (folder / "filed.py").write_text(textwrap.dedent(BACKEND))
        self.environment = {
            "VESTIBULE_HOME": str(folder / "home"),
            "PYTHON_KEYRING_BACKEND": "filed.Filed",
            "PYTHONPATH": str(folder),
            "TEST_KEYS": str(folder / "keys.json"),
        }

    async def session(self, number: int = 0) -> Session:
        user = self.clinic.user("provider", number)
        return await sign_in(
            profile(self.clinic),
            user["username"],
            user["password"],
            fail,
            open_store=lambda user_id: open_store(self.stores, self.keys, self.name(user_id)),
        )

    def name(self, user_id: str) -> str:
        return name_of(self.clinic.api, self.clinic.account, user_id)

    def audit(self, *arguments: str, **changes: str) -> tuple[int, list[str], str]:
        code, out, err = run("audit", *arguments, **{**self.environment, **changes})
        return code, out.splitlines(), err

    def tamper(self, name: str, statement: str) -> None:
        connection = connect(self.stores / f"{name}.db", bytes.fromhex(self.keys.held[f"store|{name}"]))
        connection.execute(statement)
        connection.close()


class FiledKeys(HeldKeys):
    """Shares its secrets with other processes."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    async def read(self, name: str) -> str | None:
        self.held = json.loads(self._path.read_text()) if self._path.exists() else {}
        return await super().read(name)

    async def write(self, name: str, secret: str) -> None:
        await super().write(name, secret)
        self._path.write_text(json.dumps(self.held))

    def drop(self, *names: str) -> None:
        for name in names:
            del self.held[name]
        self._path.write_text(json.dumps(self.held))


@pytest.fixture
def workstation(tmp_path: Path, shared_clinic: Practice) -> Workstation:
    return Workstation(tmp_path, shared_clinic)


async def test_what_a_session_noted_is_exported_beside_it_and_can_be_checked_by_anybody(workstation) -> None:
    session = await workstation.session()
    session.audit.note(Event.SIGN_IN, session.me.id)
    session.audit.note(Event.PATIENT_VIEWED, "7301")
    await session.store.flush()
    code, out, err = workstation.audit("export")
    assert (code, err) == (0, "")
    lines = [json.loads(line) for line in out]
    assert list(lines[0]) == ["store", "number", "at", "who", "what", "subject", "outcome", "seal"]
    assert [(line["what"], line["subject"]) for line in lines] == [
        ("sign_in", session.me.id), ("patient_viewed", "7301"), ("audit_exported", ""),
    ]  # fmt: skip
    assert [line["who"] for line in lines] == [session.me.id, session.me.id, f"uid-{os.getuid()}"]
    assert {line["store"] for line in lines} == {workstation.name(session.me.id)}
    assert all(line["at"].endswith("Z") for line in lines)
    seal = ""
    for line in lines:
        at = round(datetime.fromisoformat(line["at"]).timestamp(), 3)
        told = json.dumps([at, line["who"], line["what"], line["subject"], line["outcome"]])
        assert line["seal"] == seal_of(seal, told)
        seal = line["seal"]
    # The window goes on.
    session.audit.note(Event.LOCK)
    await session.close()
    assert workstation.audit("verify") == (0, [f"{workstation.name(session.me.id)}: holds, 4 lines"], "")


async def test_a_file_is_for_its_owner_alone_and_never_written_over(workstation, tmp_path) -> None:
    session = await workstation.session()
    session.audit.note(Event.LOCK)
    await session.close()
    out = tmp_path / "audit.jsonl"
    assert workstation.audit("export", "--out", str(out)) == (0, [], "")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    before = out.read_bytes()
    assert [json.loads(line)["what"] for line in before.splitlines()] == ["lock", "audit_exported"]
    code, lines, err = workstation.audit("export", "--out", str(out))
    assert (code, lines, out.read_bytes()) == (2, [], before)
    assert "is there already" in err
    assert workstation.audit("export", "--out", str(tmp_path / "none" / "a"))[0] == 2
    # What was not exported is not noted either.
    assert "holds, 2 lines" in workstation.audit("verify")[1][0]


async def test_only_from_a_day_on(workstation) -> None:
    session = await workstation.session()
    for at in (datetime(2026, 3, 1, 23, 59, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)):
        session.store.note(at.timestamp(), "u-1", "lock", f"{at.day}", "ok")
    await session.close()
    for since in ("2026-03-02", "2026-03-02T00:00:00Z", "2026-03-02T01:00:00+01:00"):
        out = workstation.audit("export", "--since", since)[1]
        assert [json.loads(line)["subject"] for line in out if "lock" in line] == ["2"]
    code, out, err = workstation.audit("export", "--since", "yesterday")
    assert (code, out) == (2, [])
    assert "2026-11-22" in err


async def test_each_store_has_its_own_verdict(workstation) -> None:
    names = []
    for number in range(2):
        session = await workstation.session(number)
        for _ in range(3):
            session.audit.note(Event.LOCK)
        names.append(workstation.name(session.me.id))
        await session.close()
    assert workstation.audit("verify") == (0, [f"{name}: holds, 3 lines" for name in sorted(names)], "")
    workstation.tamper(names[1], "delete from audit where number = 3")
    code, out, err = workstation.audit("verify")
    assert (code, len(out)) == (1, 2)
    assert f"Keep a copy of {workstation.stores} and of this answer" in err
    assert f"{names[0]}: holds, 3 lines" in out
    assert (
        f"{names[1]}: does not hold. Line 3 was there, and is not any more: the audit was truncated." in out
    )
    # One that is gone with its key does not hide the other.
    workstation.keys.drop(f"store|{names[0]}")
    code, out, err = workstation.audit("verify")
    assert (code, len(out)) == (1, 2)
    assert f"{names[0]}: not opened, its key is not in the keyring." in out
    # What to do, the gravest first.
    changed, unopened = err.splitlines()
    assert changed.startswith("vestibule: Lines of an audit were changed or are gone.")
    assert unopened == "vestibule: What was not opened was not checked."
    code, out, err = workstation.audit("export")
    assert (code, len(out)) == (4, 3)
    assert names[0] in err


async def test_a_damaged_store_is_said_and_not_mended(workstation) -> None:
    session = await workstation.session()
    session.audit.note(Event.LOCK)
    await session.close()
    name = workstation.name(session.me.id)
    path = workstation.stores / f"{name}.db"
    path.write_bytes(os.urandom(8192))
    before = path.read_bytes()
    said = f"{name}: not opened, the file is damaged; it is mended when its owner signs in."
    assert workstation.audit("verify") == (4, [said], "vestibule: What was not opened was not checked.\n")
    assert workstation.audit("export") == (4, [], f"vestibule: {said}\n")
    assert path.read_bytes() == before
    assert not list(workstation.stores.glob("*damaged*"))


async def test_a_file_that_is_gone_or_was_set_aside_is_missed(workstation) -> None:
    session = await workstation.session()
    session.audit.note(Event.LOCK)
    session.audit.note(Event.UNLOCK)
    await session.close()
    name = workstation.name(session.me.id)
    path = workstation.stores / f"{name}.db"
    kept = path.read_bytes()
    path.unlink()
    said = f"{name}: does not hold. Its file is gone, with 2 lines at least."
    code, out, err = workstation.audit("verify")
    assert (code, out) == (1, [said])
    assert f"Keep a copy of {workstation.stores} and of this answer" in err
    assert workstation.audit("export") == (4, [], f"vestibule: {name}: its file is gone.\n")
    aside = path.with_name(f"{name}.damaged-1.db")
    aside.write_bytes(kept)
    assert workstation.audit("verify")[:2] == (1, [f"{said} (set aside: {aside.name})"])
    # Neither with its anchor, nor with the folder, nor from an index that is gone, too.
    workstation.keys.drop(f"audit|{name}")
    assert workstation.audit("verify")[:2] == (
        1, [f"{name}: does not hold. Its file is gone. (set aside: {aside.name})"],
    )  # fmt: skip
    shutil.rmtree(workstation.stores)
    assert workstation.audit("verify")[:2] == (1, [f"{name}: does not hold. Its file is gone."])
    workstation.stores.mkdir()
    aside.write_bytes(kept)
    workstation.keys.drop(*(place for place in workstation.keys.held if place.startswith("audits|")))
    assert workstation.audit("verify")[0] == 1
    # The file comes back, and its anchor with the next line.
    aside.rename(path)
    assert workstation.audit("verify")[0] == 7
    session = await workstation.session()
    session.audit.note(Event.LOCK)
    await session.close()
    assert workstation.audit("verify") == (0, [f"{name}: holds, 3 lines"], "")


async def test_another_folder_is_not_missed_in_this_one(workstation, tmp_path) -> None:
    session = await workstation.session()
    session.audit.note(Event.LOCK)
    await session.close()
    there = {"VESTIBULE_HOME": str(tmp_path / "another")}
    none = (0, [], "vestibule: No audit is kept on this computer yet.\n")
    assert workstation.audit("verify", **there) == none


async def test_whoever_removes_their_data_leaves_an_audit_that_holds(workstation) -> None:
    session = await workstation.session()
    session.audit.note(Event.LOCK)
    path = session.store.path
    aside = path.with_name(f"{path.stem}.damaged-1.db")
    aside.write_bytes(b"nothing")
    await session.store.flush()
    out = workstation.audit("verify")[1]
    assert [line.partition(" (")[2] for line in out] == [f"set aside: {aside.name})"]
    await session.reset()
    await session.close()
    assert workstation.audit("verify") == (0, [f"{path.stem}: holds, 2 lines"], "")


async def test_one_that_nobody_wrote_to_has_no_anchor_and_nothing_to_lose(workstation) -> None:
    session = await workstation.session()
    name = workstation.name(session.me.id)
    await session.close()
    assert workstation.audit("verify") == (0, [f"{name}: holds, 0 lines"], "")
    session = await workstation.session()
    session.audit.note(Event.LOCK)
    await session.close()
    workstation.tamper(name, "delete from audit")
    workstation.keys.drop(f"audit|{name}")
    assert workstation.audit("verify")[0] == 7


async def test_a_folder_that_cannot_be_read_is_not_an_empty_one(workstation) -> None:
    workstation.stores.parent.mkdir()
    workstation.stores.write_text("")
    for verb in ("verify", "export"):
        code, out, err = workstation.audit(verb)
        assert (code, out) == (4, [])
        assert err == f"vestibule: {workstation.stores} cannot be read: Not a directory.\n"


@pytest.mark.parametrize("harm", ["garbage", "cut", "emptied", "no key"])
async def test_what_was_lost_or_has_no_anchor_is_said_with_a_code_of_its_own(
    workstation, capsys, harm
) -> None:
    session = await workstation.session()
    session.audit.note(Event.LOCK)
    await session.close()
    name = workstation.name(session.me.id)
    path = workstation.stores / f"{name}.db"
    if harm == "no key":
        workstation.keys.drop(f"store|{name}")
    else:
        whole = path.read_bytes()
        path.write_bytes({"garbage": os.urandom(8192), "cut": whole[:4096], "emptied": b""}[harm])
    keys = Present(workstation.keys)
    # Before anybody has mended it, it is not sound either.
    assert await audit.verify(keys, workstation.stores) == (1 if harm == "emptied" else 4)
    capsys.readouterr()
    await (await workstation.session()).close()
    aside = next(path.parent.glob("*.damaged-*.db")).name
    assert await audit.verify(keys, workstation.stores) == 6
    workstation.keys.drop(f"audit|{name}")
    assert await audit.verify(keys, workstation.stores) == 6
    lost = "at least 1 lost with a damaged file, as it says itself"
    unknown = "no anchor in the keyring, so nobody can tell whether its last lines were removed"
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        f"{name}: holds, 1 line; {lost} (set aside: {aside})",
        f"{name}: holds, 1 line; {lost}; {unknown} (set aside: {aside})",
    ]
    assert [line.partition(".")[0] for line in err.splitlines()] == [
        *["vestibule: Lines were lost with a file that was damaged or taken away, and this stays so"] * 2,
        "vestibule: Without an anchor in the keyring nobody can tell whether the last lines were removed",
    ]


class Present(Keys):
    """A keyring that is there."""

    def __init__(self, keys: Keys) -> None:
        super().__init__()
        self.read, self.write = keys.read, keys.write  # type: ignore[method-assign]

    async def backend(self) -> str:
        return "test"


class Absent(NoKeys):
    async def backend(self) -> str:
        raise NoKeyring


def test_without_a_keyring_it_says_so(workstation) -> None:
    backend = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    for verb in ("verify", "export"):
        code, out, err = workstation.audit(verb, **backend)
        assert (code, out) == (4, [])
        assert err.startswith("vestibule: This computer has no keyring that answers")


async def test_no_keyring_makes_no_file(workstation, tmp_path) -> None:
    with pytest.raises(Ended) as ended:
        await audit.export(Absent(), workstation.stores, None, tmp_path / "a")
    assert ended.value.code == 4
    assert not (tmp_path / "a").exists()


def test_a_computer_where_nobody_was_has_nothing_to_tell(workstation) -> None:
    for verb in ("verify", "export"):
        assert workstation.audit(verb) == (0, [], "vestibule: No audit is kept on this computer yet.\n")
    assert workstation.audit()[0] == 2
