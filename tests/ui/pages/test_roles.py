"""What is not for a role is in no list, in no store and on no screen, and is not asked for (SEC-10)."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.core.store.opening import Opened, name_of, open_store
from app.core.store.store import open_file
from app.entry import kept_me, sign_in
from app.errors import Failure, Refused, SignedOut
from app.session import Session
from app.users.role import Role
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.sessions import fail, profile
from tests.ui.rest import at_rest
from tests.ui.words import all_words, words_of
from tests.ui.workplaces import workplace
from tests.until import until
from ui.pages.edits import Edits
from ui.shell.window import Window
from ui.theme.theme import Theme
from ui.workplace import Workplace

MINE = "48211"
IDENTITY = ("OKAFOR", "Okafor", "Mira", "09-May-1984", "1984-05-09", "555-0101")
REASON = ("Cough",)
CLINICAL = ("Lisinopril", "rash.png")
KEYS = ("visits.postvisit.get", "emr.all", "prescriptions.list", "health.read")

STAFF = [
    ("provider", Role.UNKNOWN, (*IDENTITY, *REASON, *CLINICAL)),
    ("clinic_admin", Role.UNKNOWN, (*IDENTITY, *REASON, *CLINICAL)),
    ("front_desk", Role.UNKNOWN, IDENTITY),
    ("front_desk", Role.PROVIDER, IDENTITY),
    ("provider", Role.FRONT_DESK, IDENTITY),
    ("provider", Role.MONITOR, ()),
]
"""Who signs in, what the clinic's profile says, and what they may come to see."""


class Keyring(HeldKeys):
    """Keeps the store readable for the test."""

    def store_key(self) -> bytes:
        (key,) = [bytes.fromhex(secret) for name, secret in self.held.items() if len(secret) == 64]
        return key


@pytest.fixture
def keys() -> Keyring:
    return Keyring()


@asynccontextmanager
async def at_work(
    clinic: Practice, who: str, role: Role, folder: Path, keys: Keyring, window: Window, theme: Theme
) -> AsyncIterator[tuple[Session, Workplace]]:
    where, user = profile(clinic, role=role), clinic.user(who)

    async def store_of(user_id: str) -> Opened:
        return await open_store(folder, keys, name_of(where.api, where.account, user_id))

    session = await sign_in(where, user["username"], user["password"], fail, open_store=store_of)
    async with workplace(session, window, theme) as place:
        session.start()
        await session.learn()
        await until(lambda: MINE in session.queue.visits)
        yield session, place


async def looked_at(session: Session, window: Window) -> None:
    """A person selects the visit, and everything there is of it has come."""
    window.page.queue.table.select(MINE)
    with_detail = await session.queue.read(MINE)
    if session.rights.clinical:
        await until(window.page.visit.intake.answers)
    assert with_detail.id == MINE
    await at_rest()


def database(folder: Path) -> Path:
    (path,) = folder.glob("*.db")
    return path


async def kept(folder: Path, keys: Keyring) -> str:
    """Every fact that lies on the disk."""
    store = await open_file(database(folder), keys.store_key())
    facts = [fact for kind in ("visits", "intakes") for fact in await store.facts(kind)]
    await store.close()
    return "\n".join(fact.body.decode() for fact in facts)


def assert_only(text: str, seen: Sequence[str]) -> None:
    for word in (*IDENTITY, *REASON, *CLINICAL):
        assert word not in text or word in seen, word


@pytest.mark.parametrize(("who", "role", "seen"), STAFF)
async def test_nobody_comes_to_see_more_than_their_role_does(
    qapp: QApplication, clinic: Practice, tmp_path: Path, keys: Keyring, window: Window, theme: Theme,
    who: str, role: Role, seen: Sequence[str],
) -> None:  # fmt: skip
    async with at_work(clinic, who, role, tmp_path, keys, window, theme) as (session, _):
        await looked_at(session, window)
        words = all_words()
        assert_only(words, seen)
        assert ("OKAFOR, Mira" in words) == ("OKAFOR" in seen)
        assert ("Cough" in words) == ("Cough" in seen)
        assert_only(repr(list(session.queue.visits)) + repr(list(session.intakes.intakes)), seen)
        await until(lambda: not session.cache._visits.is_behind)
    assert_only(await kept(tmp_path, keys), seen)


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.MONITOR])
async def test_what_is_clinical_is_not_even_asked_for(clinic: Practice, role: Role) -> None:
    user = clinic.user("provider")
    session = await sign_in(profile(clinic, role=role), user["username"], user["password"], fail)
    clinic.forget()
    for ask in (
        session.notes.read(MINE),
        session.health.read("7301"),
        session.charts.prescriptions("7301"),
        session.charts.schemas(),
    ):
        with pytest.raises(Refused, match="not open to your role"):
            await ask
    assert clinic.asked("visits.postvisit.get") == 0
    await session.close()


async def test_the_clinic_may_let_its_front_desk_read_the_reason(
    qapp: QApplication, clinic: Practice, tmp_path: Path, keys: Keyring, window: Window, theme: Theme
) -> None:
    clinic.choose(privacy__front_desk__reason__enabled=True)
    arguments = clinic, "front_desk", Role.UNKNOWN, tmp_path, keys, window, theme
    async with at_work(*arguments) as (session, _):
        await until(lambda: session.rights.reason)
        await until(lambda: session.queue.visits.get(MINE).reason == "Cough")
        assert not session.rights.clinical
        assert session.queue.visits.get(MINE).intake is None


async def test_the_front_desk_starts_no_call_and_a_wall_board_checks_nobody_in(
    qapp: QApplication, clinic: Practice, tmp_path: Path, keys: Keyring, window: Window, theme: Theme
) -> None:
    arguments = tmp_path, keys, window, theme
    async with at_work(clinic, "front_desk", Role.UNKNOWN, *arguments) as (session, place):
        await looked_at(session, window)
        assert not window.page.visit.call_bar.isVisible()
        assert "Front desk" in all_words()
        place.check_in()
        assert place.place().is_checking_in
    async with at_work(clinic, "front_desk", Role.MONITOR, *arguments) as (session, place):
        place.check_in()
        assert not place.place().is_checking_in
        assert "Wall board" in all_words()


async def test_what_another_role_has_kept_is_nothing_for_this_one(
    qapp: QApplication, clinic: Practice, tmp_path: Path, keys: Keyring, window: Window, theme: Theme
) -> None:
    """Somebody who was a provider works at the front desk now; the server cannot be asked."""
    arguments = tmp_path, keys, window, theme
    async with at_work(clinic, "provider", Role.UNKNOWN, *arguments) as (session, _):
        await looked_at(session, window)
        await until(lambda: not session.cache._visits.is_behind and not session.cache._answers.is_behind)
    assert "Cough" in await kept(tmp_path, keys)
    assert "Lisinopril" in await kept(tmp_path, keys)
    async with at_work(clinic, "provider", Role.FRONT_DESK, *arguments) as (session, _):
        await until(lambda: not session.cache._visits.is_behind)
    assert_only(await kept(tmp_path, keys), IDENTITY)


async def test_what_waits_in_the_outbox_of_another_role_is_not_shown(
    qapp: QApplication, clinic: Practice, tmp_path: Path, keys: Keyring, window: Window, theme: Theme
) -> None:
    arguments = tmp_path, keys, window, theme
    async with at_work(clinic, "provider", Role.UNKNOWN, *arguments) as (session, _):
        clinic.weather("cut_before", "*")
        visit = session.queue.visits.get(MINE)
        await Edits(session).note(visit, {"diagnosis": ""}, {"diagnosis": "suspected tonsillitis"})
        await session.store.flush()
    clinic.clear()
    for role, titles in ((Role.FRONT_DESK, ("OKAFOR, Mira",)), (Role.MONITOR, ())):
        async with at_work(clinic, "provider", role, *arguments) as (session, place):
            place.show_outbox()
            await at_rest()
            assert len(session.outbox.actions) == 1
            words = words_of(place._outbox.panel)
            assert "Done in another role" in words
            assert "tonsillitis" not in all_words()
            assert_only(all_words(), IDENTITY if titles else ())


async def test_a_role_that_changes_while_somebody_works_is_noticed(
    qapp: QApplication, clinic: Practice, tmp_path: Path, keys: Keyring, window: Window, theme: Theme
) -> None:
    arguments = clinic, "provider", Role.UNKNOWN, tmp_path, keys, window, theme
    async with at_work(*arguments) as (session, _):
        await looked_at(session, window)
        changed: list[Role] = []
        session.rights_changed = lambda: changed.append(session.role)
        clinic.give_subtype("612", "470")
        session.doubt()
        await until(lambda: changed == [Role.FRONT_DESK])
        assert not list(session.intakes.intakes)
        assert session.queue.visits.get(MINE).reason is None
        assert (await kept_me(session.store)).role == Role.FRONT_DESK


async def test_whom_the_clinic_lets_in_no_more_sees_nothing_more(
    qapp: QApplication, clinic: Practice, tmp_path: Path, keys: Keyring, window: Window, theme: Theme
) -> None:
    arguments = clinic, "provider", Role.UNKNOWN, tmp_path, keys, window, theme
    async with at_work(*arguments) as (session, _):
        told: list[SignedOut] = []
        session.shut_out = told.append
        clinic.weather("status", "users.get", status=403, message="Your account is closed.", times=1)
        session.doubt()
        await until(lambda: told)
        assert told[0].message == "Your account is closed."
        assert session.queue.visits.get(MINE).member is None


async def test_an_answer_on_its_way_while_the_role_changes_is_not_taken(clinic: Practice) -> None:
    user = clinic.user("provider")
    session = await sign_in(profile(clinic), user["username"], user["password"], fail)
    try:
        answer = await session.queue._ask()
        session.role = Role.FRONT_DESK
        session._change_rights()
        session.queue._take(answer)
        assert not list(session.queue.visits)
        await session.queue.poller.once()
        assert session.queue.visits.get(MINE).reason is None
    finally:
        await session.close()


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_a_server_in_trouble_makes_nobody_somebody_else(clinic: Practice, status: int) -> None:
    clinic.weather("status", "users.get", status=status)
    for who in ("provider", "front_desk", "patient"):
        user = clinic.user(who)
        with pytest.raises(Failure):
            await sign_in(profile(clinic, role=Role.PROVIDER), user["username"], user["password"], fail)
    assert clinic.asked("auth.logout") == 3


async def test_an_answer_that_names_nobody_opens_no_more_than_silence(clinic: Practice) -> None:
    clinic.weather("wrong_json", "users.get", body={"data": {}})
    user = clinic.user("patient")
    session = await sign_in(profile(clinic, role=Role.PROVIDER), user["username"], user["password"], fail)
    assert session.role == Role.UNKNOWN
    await session.close()
    clinic.clear()
    clinic.weather("status", "users.get", status=404)
    session = await sign_in(profile(clinic, role=Role.FRONT_DESK), user["username"], user["password"], fail)
    assert session.role == Role.FRONT_DESK
    await session.close()


async def test_patients_are_let_in_by_no_way(clinic: Practice) -> None:
    user = clinic.user("patient")
    with pytest.raises(SignedOut, match="not one of the clinic's staff"):
        await sign_in(profile(clinic), user["username"], user["password"], fail)
    assert clinic.asked("auth.logout") == 1
