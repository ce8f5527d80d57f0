"""The ways into a session: name and password, the clinic's app keys, tokens, what the store remembers."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

import msgspec

from app.auth import tokens as auth
from app.auth.renewal import Again, Renewal
from app.auth.sso import AppKeys, SsoPerson, sso
from app.auth.tokens import UNNAMED, Tokens
from app.core.clock import Clock, ServerClock, SystemClock
from app.core.store.fault import StoreFault
from app.core.store.opening import Opened
from app.core.store.store import Store, open_file
from app.errors import Broken, Failure, SignedOut
from app.profile import Profile
from app.session import ME, NOT_STAFF, Report, Session
from app.users.record import Person
from app.users.role import Me, Role, me_of, narrower
from app.users.user import User
from app.wire.client import Client, Credentials
from app.wire.gate import Gate

OpenStore = Callable[[str], Awaitable[Opened]]
"""Brings the store of a person, by their id."""
Sign = Callable[[Client], Awaitable[tuple[Tokens, Person | None, Again | None]]]


async def sign_in(
    profile: Profile,
    username: str,
    password: str,
    report: Report,
    clock: Clock | None = None,
    open_store: OpenStore | None = None,
    app_keys: AppKeys | None = None,
) -> Session:
    """A session by user name and password. Raises Failure; SignedOut when they are wrong.

    open_store: brings the store of a person, by their id; None: in memory alone, as in all functions here.
    """

    async def sign(client: Client) -> tuple[Tokens, Person | None, Again | None]:
        tokens, me = await auth.sign_in(client, username, password)
        return tokens, me, None

    return await _opened(profile, sign, report, clock, open_store, app_keys, is_ours=True)


async def sign_in_by_sso(
    profile: Profile,
    keys: AppKeys,
    person: SsoPerson,
    report: Report,
    clock: Clock | None = None,
    open_store: OpenStore | None = None,
) -> Session:
    """A session by the clinic's app keys, for a person they vouch for; renewed likewise. Raises Failure."""

    async def sign(client: Client) -> tuple[Tokens, Person | None, Again | None]:
        # Without a code of the partner's each sign-on makes another user: that would be no renewal.
        again = (lambda: sso(client, keys, person)) if person.code else None
        return await sso(client, keys, person), None, again

    return await _opened(profile, sign, report, clock, open_store, is_ours=True)


async def resume(
    profile: Profile,
    tokens: Tokens,
    report: Report,
    clock: Clock | None = None,
    open_store: OpenStore | None = None,
    app_keys: AppKeys | None = None,
    *,
    is_ours: bool = False,
) -> Session:
    """A session by tokens of an earlier sign-in, or a token alone. Raises Failure.

    is_ours: they were made for this, so that they end where nothing comes of it.
    """

    async def sign(_client: Client) -> tuple[Tokens, Person | None, Again | None]:
        return tokens, None, None

    return await _opened(profile, sign, report, clock, open_store, app_keys, is_ours=is_ours)


async def owner_of(profile: Profile, token: str) -> User:
    """Whose token it is. Nothing else is asked, and nothing is kept. Raises Failure; Broken when the server
    names nobody."""
    _, client = _client(profile, None)
    try:
        client.credentials.token = token
        user = await auth.who_am_i(client)
    finally:
        await client.close()
    if user is None:
        raise Broken("shape", where="user.id")
    return user


async def new_tokens(profile: Profile, username: str, password: str) -> Tokens:
    """Those of another sign-in by user name and password: beside a session, or for it. Raises Failure;
    SignedOut when they are wrong."""
    _, client = _client(profile, None)
    try:
        tokens, _ = await auth.sign_in(client, username, password)
        return tokens
    finally:
        await client.close()


async def end_at_server(profile: Profile, tokens: Tokens) -> None:
    """Ends a sign-in that is not needed, where the server offers that. Never fails."""
    with suppress(Failure):
        _, client = _client(profile, None)
        try:
            client.credentials.token = tokens.token
            await auth.sign_out(client)
        finally:
            await client.close()


async def reopen(
    profile: Profile,
    tokens: Tokens,
    report: Report,
    kept: Opened,
    clock: Clock | None = None,
    app_keys: AppKeys | None = None,
) -> Session | None:
    """A session with what the store has, before the server has said a word: `begin` it, do not `start` it.

    None when the store does not know this person yet: then `resume`. It takes over the store if it is one.
    """
    me = await kept_me(kept.store)
    if me is None or me.person.id != tokens.user_id:
        return None
    server_clock, client = _client(profile, clock)
    renewal = Renewal(client, tokens, server_clock.now())
    session = Session(profile, client, server_clock, renewal, me, report, kept, app_keys)
    return await _loaded(session)


def _client(profile: Profile, clock: Clock | None) -> tuple[ServerClock, Client]:
    server_clock = ServerClock(clock or SystemClock())
    gate = Gate(profile.requests_at_once, profile.requests_per_s)
    return server_clock, Client(profile.table(), Credentials(profile.account), server_clock, gate)


async def _opened(
    profile: Profile,
    sign: Sign,
    report: Report,
    clock: Clock | None,
    open_store: OpenStore | None,
    app_keys: AppKeys | None = None,
    *,
    is_ours: bool = False,
) -> Session:
    """is_ours: see `resume`."""
    server_clock, client = _client(profile, clock)
    try:
        tokens, named, again = await sign(client)
        renewal = Renewal(client, tokens, server_clock.now(), again)
        try:
            me = await _me(client, tokens, named, profile)
            kept = await open_store(me.person.id) if open_store else Opened(await open_file(None))
        except Exception:
            if is_ours:
                await auth.sign_out(client)
            raise
    except BaseException:
        await client.close()
        raise
    session = Session(profile, client, server_clock, renewal, me, report, kept, app_keys)
    session.remember(me)
    return await _loaded(session)


async def _loaded(session: Session) -> Session:
    """With what the store has; a store that fails now leaves the session as it is, and says so itself."""
    try:
        await session.load()
    except StoreFault as fault:
        session.kept = replace(session.kept, fault=fault)
    except BaseException:
        await session.close()
        raise
    return session


async def kept_me(store: Store) -> Me | None:
    """Whose store it is; None when it does not say."""
    try:
        body = (await store.settings()).get(ME)
        return None if body is None else msgspec.json.decode(body, type=Me)
    except (StoreFault, msgspec.MsgspecError):
        return None


async def _me(client: Client, tokens: Tokens, named: Person | None, profile: Profile) -> Me:
    """Who is signed in, and as what. Raises Failure; SignedOut when it is nobody of the clinic's staff.

    At a server that does not offer to say: as the sign-in named them, or by id alone, and as what is for the
    clinic's profile file to say. An answer that names nobody opens no more than silence would.
    """
    unnamed = named or Person(id=tokens.user_id)
    try:
        user = await auth.who_am_i(client)
    except Broken as failure:
        if failure.reason != "shape":
            raise
        return Me(person=unnamed, role=narrower(Role.UNKNOWN, profile.role))
    if user is None:
        return Me(person=unnamed, role=profile.role)
    if tokens.user_id not in (UNNAMED, user.id):
        raise SignedOut("Somebody else is signed in with this token.")
    me = me_of(user, profile.role)
    if me.role == Role.OUTSIDER:
        raise SignedOut(NOT_STAFF)
    return me
