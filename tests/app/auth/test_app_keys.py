"""The clinic's app key and secret: in the keyring alone, per server and account, and used by the commands."""

import pytest

from app.auth.app_keys import KeptAppKeys, app_keys_of
from app.auth.sso import AppKeys
from app.core.keys import NoKeyring
from app.core.store.opening import Opened
from app.core.store.store import open_file
from app.credentials import Given, WrongUse
from app.headless.signing import SignIn, app_keys
from tests.keyrings import HeldKeys, NoKeys
from tests.practice import Practice
from tests.sessions import profile

OURS = AppKeys(key="k" * 32, secret="s" * 32)


async def test_each_clinic_has_its_own(shared_clinic: Practice) -> None:
    keys = HeldKeys()
    here, there = (KeptAppKeys(keys, profile(shared_clinic, account=code)) for code in ("harbor", "bay"))
    assert await here.read() is None
    await here.write(OURS)
    assert (await here.read(), await there.read()) == (OURS, None)
    await here.write(AppKeys(key="k", secret="new"))
    assert await here.read() == AppKeys(key="k", secret="new")
    await here.forget()
    assert await here.read() is None
    assert keys.held == {}


async def test_without_a_keyring_they_are_kept_nowhere(shared_clinic: Practice) -> None:
    kept = KeptAppKeys(NoKeys(), profile(shared_clinic))
    assert await kept.read() is None
    with pytest.raises(NoKeyring):
        await kept.write(OURS)


async def test_what_the_keyring_has_may_be_damaged(shared_clinic: Practice) -> None:
    keys = HeldKeys()
    kept = KeptAppKeys(keys, profile(shared_clinic))
    await kept.write(OURS)
    for name in keys.held:
        keys.held[name] = "{"
    assert await kept.read() is None


@pytest.mark.parametrize("key", ["", " ", "é", "a\nb", "a\r\nX-Other: b"])
def test_what_is_no_key(key: str) -> None:
    for pair in ((key, "s"), ("k", key)):
        with pytest.raises(ValueError, match=r"."):
            app_keys_of(*pair)


def test_half_of_them_in_the_environment_is_wrong_use(monkeypatch: pytest.MonkeyPatch) -> None:
    assert app_keys() is None
    monkeypatch.setenv("VESTIBULE_APP_KEY", "k")
    with pytest.raises(WrongUse, match="Both"):
        app_keys()
    # Taken out of the environment with the first look.
    monkeypatch.setenv("VESTIBULE_APP_KEY", "k")
    monkeypatch.setenv("VESTIBULE_APP_SECRET", "s")
    assert app_keys() == AppKeys(key="k", secret="s")


@pytest.mark.parametrize("is_set", [True, False])
async def test_those_of_the_environment_come_before_those_of_the_keyring(
    shared_clinic: Practice, monkeypatch: pytest.MonkeyPatch, is_set: bool
) -> None:
    keys, where = HeldKeys(), profile(shared_clinic)
    await KeptAppKeys(keys, where).write(OURS)
    user = shared_clinic.user("provider")
    given = Given(username=user["username"], password=user["password"])
    used: list[AppKeys | None] = []

    async def sign_in(*_arguments: object, app_keys: AppKeys | None, **_more: object) -> None:
        used.append(app_keys)

    monkeypatch.setattr("app.headless.signing.sign_in", sign_in)
    own = AppKeys(key="e", secret="e") if is_set else None

    async def store(_user_id: str) -> Opened:
        return Opened(await open_file(None))

    await SignIn(where, given, own, keys).session(store)
    # A command that keeps nothing registers nobody, and leaves the keyring alone.
    await SignIn(where, given, None, keys).session()
    assert used == [own or OURS, None]
