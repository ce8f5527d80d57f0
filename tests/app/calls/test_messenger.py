"""The Messenger service: addresses from an allow-list only; key and secret stay out of sight."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import pytest

from app.calls import commands
from app.calls.commands import Chat, Command, Exit, Init, OnEndCall, SetFirstTutorial, SetUser, StartCall
from app.calls.messenger import Messenger, MessengerUser, call_link, calling
from app.calls.refusal import CannotStart
from app.calls.sandbox import ARGUMENTS
from app.errors import Broken, NotOffered, Offline, Refused, Uncertain
from app.users.user import User
from tests.practice import START, Practice
from tests.sessions import signed_in

CALL = [
    Init(commands=(SetUser(username="demo+612", password="pass-word"), SetFirstTutorial(enabled=False))),
    StartCall(username="demo+7301", timeout=3600),
    OnEndCall(commands=(Exit(),)),
]


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for all tests here; each clears the weather it made."""
    return shared_clinic


@asynccontextmanager
async def at(
    clinic: Practice, secret: str | None = None, schemes: frozenset[str] | None = None, **changes: Any
) -> AsyncIterator[Messenger]:
    session = await signed_in(clinic, **changes)
    given = {} if schemes is None else {"schemes": schemes}
    try:
        yield Messenger(session._client, clinic.api_key, secret or clinic.api_secret, **given)
    finally:
        await session.close()


def test_commands_on_the_wire() -> None:
    assert [command.wire() for command in CALL] == [
        {
            "init": {
                "commands": [
                    {"setUser": {"username": "demo+612", "password": "pass-word"}},
                    {"setFirstTutorial": {"enabled": False}},
                ]
            }
        },
        {"startCall": {"username": "demo+7301", "timeout": 3600}},
        {"onEndCall": {"commands": [{"exit": {}}]}},
    ]


def test_every_documented_command_is_there() -> None:
    kinds = {kind for kind in vars(commands).values() if isinstance(kind, type) and issubclass(kind, Command)}
    made = {kind.__name__[0].lower() + kind.__name__[1:]: kind for kind in kinds if kind is not Command}
    assert {name: tuple(kind.__dataclass_fields__) for name, kind in made.items()} == ARGUMENTS


async def test_one_address_for_each_list(clinic: Practice) -> None:
    async with at(clinic) as messenger:
        found = await messenger.uris([CALL, [Chat(username="demo+7301")]])
        assert len(set(found)) == 2
        assert all(uri.startswith("vsee:") for uri in found)


async def test_only_allowed_schemes_come_through(clinic: Practice) -> None:
    async with at(clinic, schemes=frozenset({"https"})) as messenger:
        with pytest.raises(Broken) as caught:
            await messenger.uris([CALL])
        assert caught.value.where == "data[0]"


@pytest.mark.parametrize(
    "data",
    [
        ["file:///etc/passwd"],
        ["javascript:alert(1)"],
        ["vsee"],
        [" vsee:x\n"],
        ["vsee:x\nfile:///y"],
        ["//[vsee:x"],
        [7],
        [None],
        [],
        ["vsee:x", "vsee:y"],
        "vsee:x",
        {"0": "vsee:x"},
        None,
    ],
)
async def test_anything_else_is_not_handed_on(clinic: Practice, data: Any) -> None:
    async with at(clinic) as messenger:
        clinic.weather("wrong_json", "messenger.uri", body={"status": "success", "data": data})
        with pytest.raises(Broken):
            await messenger.uris([CALL])


async def test_users(clinic: Practice) -> None:
    user = MessengerUser(username="demo+9001", given="Ana", family="Ruiz")
    async with at(clinic) as messenger:
        await messenger.create_user(user, "pass-word")
        with pytest.raises(Refused):
            await messenger.create_user(user, "pass-word")
        assert (await messenger.users()).records == (user,)
        renamed = MessengerUser(username="demo+9001", given="Ana María", family="Ruiz")
        await messenger.update_user(renamed, "pass-word")
        assert (await messenger.users()).records == (renamed,)
        await messenger.delete_user(user.username)
        assert (await messenger.users()).records == ()
        with pytest.raises(Refused):
            await messenger.delete_user(user.username)


async def test_calls_of_a_time(clinic: Practice) -> None:
    async with at(clinic) as messenger:
        found = await messenger.calls(START - 86_400, START, limit=100)
        begun = [row["start"] for row in found]
        assert len(found) > 2
        assert begun == sorted(begun, reverse=True)
        assert (await messenger.calls(START - 86_400, START, limit=2)) == found[:2]
        assert await messenger.calls(START - 2 * 86_400, START - 86_400, limit=100) == ()


async def test_a_wrong_secret_is_refused_and_the_session_goes_on(clinic: Practice) -> None:
    async with at(clinic, secret="not it") as messenger:
        with pytest.raises(Refused) as caught:
            await messenger.uris([CALL])
        assert not isinstance(caught.value, NotOffered)
        await messenger._client.get("users.get", id="-")


async def test_its_own_errors_under_200_are_refusals(clinic: Practice) -> None:
    async with at(clinic) as messenger:
        clinic.weather("wrong_json", "messenger.uri", body={"status": "fail", "message": "Not today."})
        with pytest.raises(Refused) as caught:
            await messenger.uris([CALL])
        assert caught.value.message == "Not today."


@pytest.mark.parametrize("body", [[], {}, "success", {"status": ["success"]}, {"status": None, "data": []}])
async def test_a_reply_without_success_is_none(clinic: Practice, body: Any) -> None:
    async with at(clinic) as messenger:
        clinic.weather("wrong_json", "messenger.users", body=body)
        with pytest.raises(Refused):
            await messenger.users()


async def test_weather(clinic: Practice) -> None:
    async with at(clinic) as messenger:
        clinic.weather("html", "messenger.uri", times=1)
        with pytest.raises(Broken):
            await messenger.uris([CALL])
        clinic.weather("cut_after", "messenger.users", times=1)
        clinic.forget()
        with pytest.raises(Uncertain):
            await messenger.create_user(MessengerUser(username="demo+9002"), "pass-word")
        assert clinic.asked("messenger.users") == 1
        assert [user.username for user in (await messenger.users()).records] == ["demo+9002"]
        await messenger.delete_user("demo+9002")


async def test_a_clinic_without_the_service(clinic: Practice) -> None:
    async with at(clinic, messenger="") as messenger:
        with pytest.raises(NotOffered):
            await messenger.uris([CALL])


@pytest.mark.parametrize("weather", [None, "html", "cut_after", "status", "redirect"])
async def test_key_and_secret_are_in_no_log_and_no_failure(
    clinic: Practice, caplog: pytest.LogCaptureFixture, weather: str | None
) -> None:
    async with at(clinic) as messenger:
        caplog.set_level(logging.DEBUG)
        if weather is not None:
            clinic.weather(weather, "messenger.uri")
        told = ""
        try:
            await messenger.uris([CALL])
        except (Broken, Offline, Refused, Uncertain) as error:
            told = f"{error!r} {error} {vars(error)}"
        for text in (caplog.text, told, repr(messenger), repr(CALL)):
            assert clinic.api_key not in text
            assert clinic.api_secret not in text
            assert "pass-word" not in text


def test_the_service_in_its_own_shape(clinic: Practice) -> None:
    with httpx.Client(base_url=clinic.messenger, params={"apikey": clinic.api_key}) as service:
        secret = {"secretkey": clinic.api_secret}
        # As a public client sends it (api/calls.md §5 [code]).
        reply = service.post(
            "uri/create", json={**secret, "uris": [[{"startCall": {"username": "a", "timeout": 9}}]]}
        )
        assert reply.status_code == 200
        assert reply.json()["status"] == "success"
        for body, words in (
            ({}, "Wrong key or secret."),
            ({"secretkey": clinic.api_key}, "Wrong key or secret."),
            ({"secretkey": []}, "secretkey is not valid."),
            (secret, "uris is required."),
            ({**secret, "uris": [[{"fly": {}}]]}, "fly is not valid."),
            ({**secret, "uris": [[{"call": {}}]]}, "call is not valid."),
            ({**secret, "uris": [["call"]]}, "uris is not valid."),
            ({**secret, "uris": ["call"]}, "uris is not valid."),
        ):
            reply = service.post("uri/create", json=body)
            assert reply.status_code >= 400
            assert reply.json() == {"status": "error", "message": words}
        assert service.post("user/fly", json=secret).json() == {
            "status": "error",
            "message": "Unknown action.",
        }
        assert (
            service.post("stats/calls", json={**secret, "start": 1}).json()["message"] == "end is required."
        )
        assert service.post("uri/create", params={"apikey": "no"}, json=secret).status_code == 401


async def link_of(clinic: Practice, me: str, patient: str, vseeids: dict[str, str] | None = None) -> str:
    """The address for a call. vseeids: instead of the server's, by user id."""
    session = await signed_in(clinic)

    async def read_user(user_id: str) -> User:
        user = await session.users.read(user_id)
        return user if vseeids is None else msgspec.structs.replace(user, vseeid=vseeids.get(user_id, ""))

    try:
        messenger = Messenger(session._client, clinic.api_key, clinic.api_secret)
        return await call_link(messenger, read_user, me, patient)
    finally:
        await session.close()


async def test_the_address_that_calls_a_patient(clinic: Practice) -> None:
    link = await link_of(clinic, "612", "7301")
    assert link.startswith("vsee:")
    assert clinic.asked("messenger.uri") == 1


def test_what_messenger_is_told() -> None:
    assert [command.wire() for command in calling("demo+7301")] == [
        {
            "init": {
                "commands": [
                    {"setFirstTutorial": {"enabled": False}},
                    {"setCallSurvey": {"enabled": False}},
                ]
            }
        },
        {"startCall": {"username": "demo+7301", "timeout": 60}},
    ]


@pytest.mark.parametrize(
    ("vseeids", "why"),
    [
        ({"7301": "demo+7301"}, "no_messenger_here"),
        ({"612": "demo+612"}, "no_messenger_there"),
        ({"612": "demo+612", "7301": "demo 7301"}, "no_messenger_there"),
        ({"612": "demo+612", "7301": "x" * 129}, "no_messenger_there"),
    ],
)
async def test_nobody_without_an_account_is_called(
    clinic: Practice, vseeids: dict[str, str], why: str
) -> None:
    with pytest.raises(CannotStart) as raised:
        await link_of(clinic, "612", "7301", vseeids)
    assert raised.value.reason == why
    assert clinic.asked("messenger.uri") == 0
