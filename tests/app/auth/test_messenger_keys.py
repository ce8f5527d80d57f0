"""The clinic's key at VSee Messenger: in the keyring alone, apart from the clinic's app keys."""

from app.auth.app_keys import KeptAppKeys
from app.auth.messenger_keys import KeptMessengerKeys
from app.auth.sso import AppKeys
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.sessions import profile

OURS = AppKeys(key="k" * 32, secret="s" * 32)


async def test_each_service_and_clinic_has_its_own(shared_clinic: Practice) -> None:
    keys = HeldKeys()
    here = KeptMessengerKeys(keys, profile(shared_clinic))
    others = (
        KeptAppKeys(keys, profile(shared_clinic)),
        KeptMessengerKeys(keys, profile(shared_clinic, account="bay")),
        KeptMessengerKeys(keys, profile(shared_clinic, messenger="https://api.vsee.example/")),
    )
    await here.write(OURS)
    assert await here.read() == OURS
    assert [await other.read() for other in others] == [None, None, None]
    await here.forget()
    assert keys.held == {}
