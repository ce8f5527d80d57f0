"""Who is known at this computer: by the credentials that the server accepted last, and by no others."""

from app.auth.known import MOST_TOKENS, Known
from app.profile import Profile
from tests.keyrings import HeldKeys, NoKeys

WHERE = Profile(name="", api="https://a.example/api_v3/", portal="", account="harbor")
SECRET = "a password \udce9"


async def test_the_same_credentials_bring_the_store_and_no_others_do() -> None:
    keys = HeldKeys()
    noor = Known(keys, WHERE, "noor", SECRET)
    assert await noor.store() is None
    await noor.remember("s-1")
    assert await Known(keys, WHERE, "noor", SECRET).store() == "s-1"
    for username, secret in (("noor", "wrong"), ("noor", ""), ("eli", SECRET), ("", SECRET)):
        assert await Known(keys, WHERE, username, secret).store() is None
    await Known(keys, WHERE, "noor", "new").remember("s-1")
    assert await noor.store() is None
    await noor.forget()
    assert keys.held == {}


async def test_each_token_has_a_place_of_its_own() -> None:
    keys = HeldKeys()
    noor, eli = (Known(keys, WHERE, "", token) for token in ("token of noor", "token of eli"))
    await noor.remember("s-noor")
    await eli.remember("s-eli")
    assert (await noor.store(), await eli.store()) == ("s-noor", "s-eli")
    assert "token of" not in "".join((*keys.held, *keys.held.values()))
    await noor.forget()
    assert (await noor.store(), await eli.store()) == (None, "s-eli")


async def test_old_tokens_leave_the_keyring() -> None:
    keys = HeldKeys()
    keys.held["known|https://a.example/api_v3/|harbor|"] = '{"store": "of an earlier version"}'
    tokens = [Known(keys, WHERE, "", f"token {number}") for number in range(MOST_TOKENS + 1)]
    for token in tokens:
        await token.remember("s")
        await token.remember("s")
    assert [await token.store() for token in tokens] == [None, *["s"] * MOST_TOKENS]
    assert len(keys.held) == MOST_TOKENS + 1


async def test_the_secret_cannot_be_read_from_what_is_kept() -> None:
    keys = HeldKeys()
    await Known(keys, WHERE, "noor", "geheim").remember("s")
    (first,) = keys.held.values()
    await Known(keys, WHERE, "noor", "geheim").remember("s")
    (second,) = keys.held.values()
    assert "geheim" not in first
    assert first != second


async def test_what_is_no_entry_or_no_keyring_knows_nobody() -> None:
    keys = HeldKeys()
    known = Known(keys, WHERE, "noor", SECRET)
    await known.remember("s")
    for name in keys.held:
        keys.held[name] = "{}"
    assert await known.store() is None
    nowhere = Known(NoKeys(), WHERE, "noor", SECRET)
    await nowhere.remember("s")
    assert await nowhere.store() is None
    await nowhere.forget()
