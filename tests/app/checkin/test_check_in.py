"""Checking in at a real practice clinic in bad weather: one visit, or a plain word that there is none."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from app.checkin.check_in import MOST_AT_FIRST, MOST_INTAKES, check_in
from app.core.action import Unfit
from app.errors import Broken, Failure, Offline, Refused, SignedOut, Uncertain
from app.visits.record import Status
from app.wire.client import Reply
from tests.app.checkin.desks import MADE_AT, OKAFOR, OLD, STRANGER, YOUNG, desk_at, line, stored
from tests.app.visits.clinics import GARCIA, HADDAD, at, intake_of
from tests.attempts import Recorded
from tests.practice import START, Practice


@pytest.fixture
def alone() -> Iterator[Practice]:
    """One of the test's own."""
    with Practice() as practice:
        yield practice


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for all: each test looks for its own mark."""
    return shared_clinic


async def test_a_check_in(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        asked = line(
            patient={**OKAFOR, "phone": "5035550199"},
            type="phone",
            provider_id=HADDAD,
            location="CA",
            answers={"custom_smoker": "no"},
        )
        action = check_in(asked, MADE_AT)
        attempt = Recorded()
        came = await desk.act.send(stored(action), attempt)
        visit = await desk.session.queue.read(came["visit_id"])
        intake = await desk.session.intakes.read(came["intake_id"])
        assert visit.member is not None
        assert visit.provider is not None
        assert (visit.member.id, visit.provider.id, visit.intake_id) == ("7301", HADDAD, intake.id)
        assert (visit.room_code, visit.status, intake.reason) == ("k7m2p", Status.PENDING, "Cough")
        assert (intake.type, intake.phone, intake.location) == (1, "5035550199", "CA")
        assert intake.answers == {
            "custom_smoker": "no",
            "custom_visit_type": "phone",
            "custom_client_ref": action.id,
        }
        assert came == {"visit_id": visit.id, "intake_id": intake.id, "member_id": "7301"}
        assert attempt.found.keys() == {"member_id", "intake_id", "intake_is_seen", "left_at"}
        assert attempt.recalls == 1
        assert await desk.act.settle(attempt.kept(action)) == came


@pytest.mark.parametrize(("key", "kind"), [
    ("visits.add_walkin", "cut_after"), ("visits.add_walkin", "truncated"), ("visits.get", "status"),
])  # fmt: skip
async def test_a_lost_answer_is_looked_for_and_nothing_is_doubled(
    clinic: Practice, key: str, kind: str
) -> None:
    async with desk_at(clinic) as desk:
        clinic.weather(kind, key, **({} if key == "visits.get" else {"times": 1}))
        failure, kept = await desk.fail(check_in(line(), MADE_AT))
        assert isinstance(failure, Uncertain)
        assert kept.is_doubtful
        clinic.clear()
        came = await desk.act.settle(stored(kept))
        assert came is not None
        assert await desk.marks(kept.id) == [came["visit_id"]]


@pytest.mark.parametrize("kind", ["cut_before", "status"])
async def test_what_never_arrived_is_sent_once_more_with_the_same_intake(clinic: Practice, kind: str) -> None:
    async with desk_at(clinic) as desk:
        clinic.weather(kind, "visits.add_walkin", times=1)
        failure, kept = await desk.fail(check_in(line(), MADE_AT))
        assert isinstance(failure, Uncertain)
        assert await desk.act.settle(stored(kept)) is None
        clinic.forget()
        came = await desk.put_through(kept)
        assert clinic.asked("intakes.create") == clinic.asked("users.list") == 0
        assert await desk.marks(kept.id) == [came["visit_id"]]
        assert came["intake_id"] == kept.found["intake_id"]


async def test_a_request_that_arrives_after_all_is_not_doubled(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        clinic.weather("cut_before", "visits.add_walkin", times=1)
        _, kept = await desk.fail(check_in(line(), MADE_AT))
        late = await desk.session.visit_acts.add_walkin(kept.found["intake_id"], "k7m2p", member_id="7301")
        failure, kept = await desk.fail(kept)
        assert isinstance(failure, Refused)
        came = await desk.act.settle(kept)
        assert came is not None
        assert await desk.marks(kept.id) == [came["visit_id"]] == [late.id]


@pytest.mark.parametrize(("key", "kind"), [
    ("users.list", "status"), ("users.get", "html"), ("intakes.create", "cut_before"),
    ("intakes.create", "cut_after"), ("intakes.get", "status"),
])  # fmt: skip
async def test_before_the_visit_everything_can_be_tried_again(clinic: Practice, key: str, kind: str) -> None:
    async with desk_at(clinic) as desk:
        clinic.weather(kind, key, times=3)
        failure, kept = await desk.fail(check_in(line(), MADE_AT))
        assert not isinstance(failure, Refused)
        assert not kept.is_doubtful
        clinic.clear()
        came = await desk.put_through(kept)
        assert await desk.marks(kept.id) == [came["visit_id"]]


async def test_an_intake_that_does_not_tell_its_visit_is_found_by_the_visit(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        action = check_in(line(), MADE_AT)
        attempt = Recorded()
        came = await desk.act.send(action, attempt)
        kept = replace(attempt.kept(action), made_at=START + 90_000.0)  # a machine's clock that was wrong
        clinic.weather("wrong_json", "intakes.get", body={"data": {"id": came["intake_id"]}}, times=1)
        assert await desk.act.settle(kept) == came


async def test_without_the_record_of_it_the_mark_is_looked_for(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        for _ in range(2):
            await desk.put_through(check_in(line(patient=YOUNG), MADE_AT))
        action = check_in(line(patient=YOUNG), MADE_AT)
        assert await desk.act.settle(action) is None
        came = await desk.put_through(action)
        clinic.advance(600)
        await desk.session.queue.read(came["visit_id"])  # its `Date` tells the time
        assert await desk.act.settle(action) == came
        assert await desk.act.settle(replace(action, made_at=MADE_AT + 90_000)) == came
        assert await desk.act.settle(check_in(line(patient=STRANGER), MADE_AT)) is None
        # The visit's row and detail may name no intake at all: then nobody can say.
        clinic.do("patch", visit=came["visit_id"], set={"intake": None})
        with pytest.raises(Broken):
            await desk.act.settle(action)
        clinic.do("patch", visit=came["visit_id"], reset=True)
        clinic.weather("status", "intakes.get", status=403)
        with pytest.raises(Broken):
            await desk.act.settle(action)


async def test_more_visits_than_are_read_prove_nothing(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        rows = [
            {"id": str(number), "member": {"id": "7301"}, "intake": {"id": "x"}}
            for number in range(MOST_INTAKES + 1)
        ]
        clinic.weather("wrong_json", "visits.list", body={"data": rows}, times=1)
        clinic.weather("wrong_json", "intakes.get", body={"data": {"id": "x"}})
        with pytest.raises(Broken):
            await desk.act.settle(check_in(line(), MADE_AT))


async def test_a_cut_list_proves_nothing(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        clinic.weather("wrong_json", "visits.list", body={"data": [], "total_count": 1})
        with pytest.raises(Broken):
            await desk.act.settle(check_in(line(), MADE_AT))


async def test_of_a_list_that_ends_without_a_word_the_time_of_sending_is_asked_for(alone: Practice) -> None:
    async with desk_at(alone) as desk:
        alone.weather("cut_after", "visits.add_walkin", times=1)
        _, kept = await desk.fail(check_in(line(), MADE_AT))
        alone.advance(3600)
        for _ in range(8):
            alone.do("arrive", room="k7m2p", patient="7302")
        await desk.session.queue.read((await desk.marks(kept.id))[0])  # its `Date` tells the time
        intakes, client = desk.session.intakes, desk.session._client
        get = client.get

        async def newest(key: str, *given: Any, **more: Any) -> Reply:
            reply = await get(key, *given, **more)
            rows = reply.value()
            if key == "intakes.get":
                rows.pop("visit_id", None)
            elif key == "visits.list":
                rows = sorted(rows, key=lambda row: int(row["id"]))[-7:]
            data = msgspec.json.encode(rows)
            return Reply(msgspec.Raw(data), b'{"data": %s}' % data)

        client.get = newest  # type: ignore[method-assign]
        assert not (await intakes.read(kept.found["intake_id"])).visit_id
        alone.forget()
        came = await desk.act.settle(stored(kept))
        assert came is not None
        assert [came["visit_id"]] == await desk.marks(kept.id)
        assert alone.asked("visits.list") <= 2


@pytest.mark.parametrize("missing", [{"kind": "status", "status": 404}, {"kind": "html", "status": 404}])
async def test_a_look_before_the_first_try_holds_nothing_up(
    clinic: Practice, missing: dict[str, Any]
) -> None:
    async with desk_at(clinic) as desk:
        earlier = await desk.put_through(check_in(line(ref=f"earlier-{missing['kind']}"), MADE_AT))
        clinic.weather(match=f"/intakes/{earlier['intake_id']}", **missing)
        action = check_in(line(ref=f"after-{missing['kind']}"), MADE_AT)
        came = await desk.put_through(action)
        assert await desk.act.settle(replace(action, found=came)) == came
        with pytest.raises(Broken):
            await desk.act.settle(check_in(line(ref="never-sent"), MADE_AT))


@pytest.mark.parametrize("what", ["list", "intake"])
@pytest.mark.parametrize("status", [500, 503])
async def test_a_fault_that_the_server_keeps_having_in_the_first_look_holds_nothing_up(
    clinic: Practice, what: str, status: int
) -> None:
    async with desk_at(clinic) as desk:
        earlier = await desk.put_through(check_in(line(ref=f"earlier-{what}-{status}"), MADE_AT))
        match = "visits.list" if what == "list" else f"/intakes/{earlier['intake_id']}"
        clinic.weather("status", match, status=status)
        action = check_in(line(ref=f"after-{what}-{status}"), MADE_AT)
        came = await desk.put_through(action)
        clinic.clear()
        assert await desk.marks(action.id) == [came["visit_id"]]


async def test_one_record_that_cannot_be_had_hides_no_other_from_the_first_look(alone: Practice) -> None:
    async with desk_at(alone) as desk:
        action = check_in(line(ref="twice"), MADE_AT)
        came = await desk.put_through(action)
        later = await desk.put_through(check_in(line(ref="later"), MADE_AT))
        alone.weather("status", f"/intakes/{later['intake_id']}", status=500)
        async with desk_at(alone) as other:
            assert (await other.put_through(action))["visit_id"] == came["visit_id"]


@pytest.mark.parametrize(("status", "kind"), [(429, Refused), (401, SignedOut)])
async def test_a_look_before_the_first_try_waits_for_a_server_that_takes_nothing(
    clinic: Practice, status: int, kind: type[Failure]
) -> None:
    async with desk_at(clinic) as desk:
        await desk.put_through(check_in(line(), MADE_AT))
        clinic.weather("status", "visits.list", status=status)
        clinic.forget()
        failure, kept = await desk.fail(check_in(line(ref=f"busy-{status}"), MADE_AT))
        assert isinstance(failure, kind)
        assert clinic.asked("intakes.create") == 0
        assert not kept.is_doubtful


@pytest.mark.parametrize("status", [404, 500])
async def test_an_intake_that_cannot_be_read_again_is_not_made_again(clinic: Practice, status: int) -> None:
    async with desk_at(clinic) as desk:
        clinic.weather("status", "intakes.get", status=status)
        clinic.forget()
        action = check_in(line(), MADE_AT)
        for _ in range(3):
            failure, action = await desk.fail(action)
            assert isinstance(failure, Uncertain)
            assert not action.is_doubtful
        assert clinic.asked("intakes.create") == 1
        assert clinic.asked("visits.add_walkin") == 0
        clinic.clear()
        came = await desk.put_through(action)
        assert clinic.asked("intakes.create") == 1
        assert await desk.marks(action.id) == [came["visit_id"]]


async def test_an_intake_of_another_patient_is_taken_no_more(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        other = await desk.session.intakes.create("k7m2p", member_id="7302")
        clinic.weather("wrong_json", "intakes.create", body={"data": {"id": other.id}}, times=1)
        failure, kept = await desk.fail(check_in(line(), MADE_AT))
        assert isinstance(failure, Broken)
        came = await desk.put_through(kept)
        assert came["intake_id"] != other.id
        assert await desk.marks(kept.id) == [came["visit_id"]]


async def test_a_look_before_the_first_try_costs_little(alone: Practice) -> None:
    async with desk_at(alone) as desk:
        for number in range(5):
            alone.forget()
            await desk.put_through(check_in(line(ref=f"day-{number}"), MADE_AT))
        # The intake of the one before, and our own when it is written.
        assert alone.asked("intakes.get") == 2
        assert alone.asked("visits.list") == 1
        rows = [{"id": str(number)} for number in range(MOST_AT_FIRST + 5)]
        alone.weather("wrong_json", "visits.list", body={"data": rows, "total_count": 99})
        alone.forget()
        await desk.put_through(check_in(line(ref="busy-room"), MADE_AT))
        assert alone.asked("visits.list") == 1
        assert alone.asked("visits.get") == MOST_AT_FIRST + 1


async def test_a_visit_of_somebody_else_is_never_ours(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        intake = await intake_of(desk.session, GARCIA)
        other = await desk.session.visit_acts.add_walkin(intake, "k7m2p")
        clinic.weather("wrong_json", "visits.add_walkin", body={"data": {"id": other.id}}, times=1)
        failure, kept = await desk.fail(check_in(line(), MADE_AT))
        assert isinstance(failure, Broken)
        assert kept.is_doubtful
        assert await desk.act.settle(kept) is None
        answer = {"data": {"id": kept.found["intake_id"], "visit_id": other.id}}
        clinic.weather("wrong_json", "intakes.get", body=answer, times=1)
        with pytest.raises(Broken):
            await desk.act.settle(kept)


@pytest.mark.parametrize(("changes", "status"), [({"room": "none"}, 404), ({"provider_id": "640"}, 400)])
async def test_the_server_says_no(clinic: Practice, changes: dict[str, Any], status: int) -> None:
    async with desk_at(clinic) as desk:
        failure, kept = await desk.fail(check_in(line(**changes), MADE_AT))
        assert isinstance(failure, Refused)
        assert failure.status == status
        assert not kept.is_doubtful


async def test_a_closed_room_says_no(clinic: Practice) -> None:
    async with desk_at(clinic, "patient") as desk:
        failure, _ = await desk.fail(check_in(line(patient=..., member_id="7301", room="h6t1z"), MADE_AT))
        assert isinstance(failure, Refused)
        assert failure.message == "Room h6t1z is closed."


async def test_nothing_is_sent_of_a_patient_whom_nobody_knows(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        clinic.forget()
        with pytest.raises(Unfit):
            await desk.put_through(check_in(line(patient=STRANGER), MADE_AT))
        with pytest.raises(Unfit):
            await desk.put_through(replace(check_in(line(), MADE_AT), body={"room": 1}))
        assert {entry["method"] for entry in clinic.log()} == {"GET"}


async def test_a_new_patient_is_registered_once(clinic: Practice) -> None:
    async with desk_at(clinic, may_register=True) as desk:
        clinic.weather("cut_after", "auth.sso", times=1)
        failure, kept = await desk.fail(check_in(line(patient=STRANGER), MADE_AT))
        assert isinstance(failure, Uncertain)
        assert not kept.is_doubtful
        clinic.weather("cut_after", "visits.add_walkin", times=1)
        _, kept = await desk.fail(kept)
        came = await desk.act.settle(kept)
        assert came is not None
        again = await desk.put_through(check_in(line(patient=STRANGER), MADE_AT))
        assert again["member_id"] == came["member_id"]
        assert again["visit_id"] != came["visit_id"]
        found = await desk.session.users.search("Obi-Nwosu")
        assert [user.id for user in found.records] == [came["member_id"]]
        user = await desk.session.users.read(came["member_id"])
        assert (user.code, user.person.gender) == (f"vestibule-{kept.id}", 2)


async def test_one_ref_on_two_workstations_is_one_visit(clinic: Practice) -> None:
    async with desk_at(clinic) as first, desk_at(clinic) as second:
        came = await first.put_through(check_in(line(patient=OLD, ref="kiosk-7"), MADE_AT))
        clinic.advance(3600)
        again = await second.put_through(
            check_in(line(patient=OLD, ref="kiosk-7", type="video"), MADE_AT + 3600)
        )
        assert again == came
        other = await second.put_through(check_in(line(patient=OLD, ref="kiosk-8"), MADE_AT + 3600))
        assert other["visit_id"] != came["visit_id"]
        assert await first.marks("kiosk-7") == [came["visit_id"]]


async def test_a_try_that_is_cancelled_anywhere_is_not_doubled(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        action = check_in(line(), MADE_AT)
        for seconds in (0.0, 0.01, 0.02, 0.04, 0.08, 0.16):
            attempt = Recorded()
            try:
                async with asyncio.timeout(seconds):
                    await desk.act.send(action, attempt)
            except TimeoutError:
                action = attempt.kept(action)
                came = await desk.act.settle(stored(action)) if action.is_doubtful else None
                if came is not None:
                    break
            else:
                break
        else:
            await desk.put_through(action)
        assert len(await desk.marks(action.id)) == 1


async def test_it_is_seen_by_the_provider(clinic: Practice) -> None:
    async with desk_at(clinic) as desk, at(clinic) as provider:
        came = await desk.put_through(check_in(line(), MADE_AT))
        await provider.queue.poller.once()
        assert came["visit_id"] in provider.queue.visits


async def test_no_contact_at_all(alone: Practice) -> None:
    async with desk_at(alone) as desk:
        alone.process.kill()
        failure, kept = await desk.fail(check_in(line(patient=..., member_id="7301"), MADE_AT))
        assert isinstance(failure, Offline)
        assert not kept.is_doubtful
        with pytest.raises(Failure):
            await desk.act.settle(kept)
