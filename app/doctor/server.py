"""The clinic's server: whether its API answers, how fast, what time it has, and whether it lets us in."""

import statistics
import time

from app.auth import tokens as auth
from app.core.clock import ServerClock, SystemClock
from app.credentials import SET_THEM, Given
from app.doctor.network import Unfindable, count_addresses, unfindable, way_to
from app.doctor.report import Said, fail, ok, skipped, warn, without_names
from app.errors import Broken, Failure, NotOffered, Offline, Refused, SignedOut
from app.pharmacies.registry import Registry
from app.pharmacies.search import Search
from app.profile import Profile
from app.sentences import sentence
from app.wire.client import Client, Credentials
from app.wire.gate import Gate

SKEW_S = 60.0
SLOW_MS = 1000
ROUNDS = 5
_SPANS = ((172_800.0, 86_400.0, "days"), (7200.0, 3600.0, "hours"), (120.0, 60.0, "min"), (0.0, 1.0, "s"))
# Any place will do; the directory hears nothing else.
_A_PLACE = Search(city="Baltimore", state="MD")
_NOT_THERE = (404, 405)
_NO_PHARMACIES = "Pharmacies cannot be looked up in it; all else works."


class HeardClock(ServerClock):
    """The server's clock, and whether the server ever said its time."""

    heard = False

    def observe(self, date_s: float, round_trip_s: float = 0.0) -> None:
        """Learns from a reply that says `date_s` (Unix s) and took `round_trip_s` to come."""
        self.heard = True
        super().observe(date_s, round_trip_s)


class Server:
    """One clinic's server, asked without a token (`public`) and with one (`client`)."""

    def __init__(self, profile: Profile, given: Given) -> None:
        self.profile = profile
        self.clock = HeardClock(SystemClock())
        # One at a time and never kept waiting, so that what is measured is the way and the server.
        self.public = Client(profile.table(), Credentials(profile.account), self.clock, Gate(1, 100.0))
        gate = Gate(profile.requests_at_once, profile.requests_per_s)
        self.client = Client(profile.table(), Credentials(profile.account), ServerClock(SystemClock()), gate)
        self._given = given
        self._question = "accounts.list"

    async def close(self) -> None:
        """Gives all connections back. Nobody is signed out: that would take a provider offline."""
        await self.public.close()
        await self.client.close()

    async def api(self) -> Said:
        """Whether what answers is the API: one of its public lists."""
        refused: Failure | None = None
        for key in ("accounts.list", "rooms.list"):
            try:
                await self.public.get(key, {"limit": 1}, repeat=False)
            except (SignedOut, Refused, Broken) as failure:
                if isinstance(failure, Broken) and failure.status not in _NOT_THERE:
                    return broken(failure)
                refused = failure
                continue
            except Failure as failure:
                return broken(failure)
            self._question = key
            return ok(f"{key} answers")
        if isinstance(refused, Refused | Broken) and refused.status in _NOT_THERE:
            return fail(
                f"what answers is not the API ({refused.status})",
                "Check the address in the profile: it ends in /api_v3/.",
            )
        return warn(f"its public lists are refused{status_of(refused)}", "Check the account code.")

    async def round_trips(self) -> Said:
        """How long an answer takes: median and worst of a few."""
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            try:
                await self.public.get(self._question, {"limit": 1}, repeat=False)
            except Offline as failure:
                return broken(failure)
            except Failure:
                pass  # an answer all the same
            times.append(1000 * (time.perf_counter() - began))
        median = round(statistics.median(times))
        found = f"median {median} ms, worst {round(max(times))} ms of {ROUNDS}"
        if median > SLOW_MS:
            return warn(found, "Work will be slow: try a cable instead of wireless, or another network.")
        return ok(found)

    async def clock_skew(self) -> Said:
        """How far this machine's clock is from the server's."""
        if not self.clock.heard:
            return skipped("the server does not say its time")
        skew_s = self.clock.skew_s()
        # A Date header has whole seconds.
        if abs(skew_s) < 2:
            return ok("less than 2 s from the server")
        found = f"this machine is {_span(abs(skew_s))} {'ahead of' if skew_s > 0 else 'behind'} the server"
        if abs(skew_s) > SKEW_S:
            return warn(found, "Let this machine set its clock by the network; if it is right, tell support.")
        return ok(found)

    async def sign_in(self) -> Said:
        """Whether the credentials of the environment are accepted. Nobody is signed out."""
        given = self._given
        if not given.is_complete:
            return skipped("no credentials in the environment", f"{SET_THEM} to look further.", bars=True)
        try:
            if not given.token:
                tokens, _ = await auth.sign_in(self.client, given.username, given.password)
                self.client.credentials.token = tokens.token
                return ok("user name and password are accepted")
            self.client.credentials.token = given.token
            await auth.who_am_i(self.client)
        except SignedOut as failure:
            return self._refused(failure.message)
        except (Refused, Broken) as failure:
            if given.token and (isinstance(failure, Refused) or failure.reason == "shape"):
                # As a session takes it: a token of an app belongs to nobody.
                return ok("the token is not refused; the server does not say whose it is")
            return self._refused(failure.message) if isinstance(failure, Refused) else broken(failure)
        except Failure as failure:
            return broken(failure)
        return ok("the token is accepted")

    def _refused(self, words: str) -> Said:
        given = self._given
        theirs = without_names(words, given.username, given.password, given.token)
        what = "Get a fresh token" if given.token else "Check the user name and the password"
        return fail(f"refused{f': {theirs}' if theirs else ''}".rstrip("."), f"{what}, and the account code.")

    async def portal(self) -> Said:
        """Whether the page is there that calls open."""
        if not self.profile.portal:
            return skipped("the profile has no portal address")
        try:
            await count_addresses(await way_to(self.profile.portal))
            await self.client.page("portal.dashboard")
        except Unfindable as error:
            return unfindable(error)
        except (Refused, SignedOut) as failure:
            return fail(f"its page is refused{status_of(failure)}", "Check the portal's address.")
        except Failure as failure:
            return broken(failure)
        return ok("its page is there")

    async def registry(self) -> Said:
        """Whether the public pharmacy registry answers. It is asked for a place."""
        if not self.profile.nppes:
            return skipped("switched off in the profile")
        try:
            await count_addresses(await way_to(self.profile.nppes))
            await Registry(self.client).search(_A_PLACE)
        except Unfindable as error:
            return warn(unfindable(error).found, _NO_PHARMACIES)
        except NotOffered:
            return skipped("switched off in the profile")
        except Failure as failure:
            # Its words are told only where they are ours: sentence() would repeat the directory's.
            refused = isinstance(failure, Refused | SignedOut)
            return warn("refused" if refused else broken(failure).found, _NO_PHARMACIES)
        return ok("answers")

    async def pace(self) -> Said:
        """How much of this workstation the server has to bear."""
        ours = self.profile
        rate = f"{ours.requests_at_once} requests at once, {ours.requests_per_s:g} a second"
        return ok(f"{rate}, the queue every {ours.poll_s:g} s")


def broken(failure: Failure) -> Said:
    """What to do about an answer that is none, or not the API's."""
    found = sentence(failure).removesuffix(".")
    match failure:
        case Offline():
            return fail(found, "Check the network, and that no firewall keeps this machine from the server.")
        case Broken(reason="status"):
            return fail(found, "Try again in a few minutes, then tell whoever runs the server.")
        case Broken():
            return fail(found, "Open any web page: the network may want a sign-in; else check the address.")
    return fail(found, "Try again; if it stays so, send this report to support.")


def status_of(failure: Failure | None) -> str:
    """Its number, and never its words: they may name somebody."""
    match failure:
        case SignedOut():
            return " (401)"
        case Refused(status=status):
            return f" ({status})"
    return ""


def _span(seconds: float) -> str:
    size, name = next((size, name) for least, size, name in _SPANS if seconds >= least)
    return f"{round(seconds / size)} {name}"
