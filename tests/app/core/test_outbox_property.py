"""Whatever happens in whatever order: nothing is delivered twice, and nothing is lost."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.action import State
from app.core.outbox import IN_DOUBT_S
from app.core.store.store import open_file
from app.errors import Broken, Offline, Refused, Uncertain
from tests.app.core.scripted import Scripted, desk

KEY = bytes(32)
SUBJECTS = ("p1", "p2", "p3", "p4")

steps = st.sampled_from(
    [
        "ok",
        "lost",
        "vanished",
        "late",
        "hang",
        Offline(),
        Uncertain(),
        Refused(400),
        Refused(429),
        KeyError("ours"),
        ("after", Offline()),
        ("after", Refused(400)),
        ("after", Broken("status", status=502)),
        ("has it", Broken("not_json")),
        ("has it", Refused(409)),
        ("has it", KeyError("ours")),
    ]
)
IN_VAIN = Broken("shape")
looks = st.sampled_from([Offline(), Broken("status", status=500), KeyError("ours"), IN_VAIN, Refused(403)])
deeds = st.sampled_from(
    ["keep", "restart", "arrive", "retry", "try_all", "discard", "decide", "short", "long"]
)


def scripts(words: st.SearchStrategy) -> st.SearchStrategy:
    return st.fixed_dictionaries({subject: st.lists(words, max_size=4) for subject in SUBJECTS})


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(script=scripts(steps), looking=scripts(looks), done=st.lists(deeds, max_size=12))
def test_nothing_is_delivered_twice_and_nothing_lost(script, looking, done) -> None:
    asyncio.run(_played(script, looking, done))


async def _played(script, looking, done) -> None:
    act = Scripted()
    act.script = {subject: list(words) for subject, words in script.items()}
    act.looking = {subject: list(words) for subject, words in looking.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        kept: list[str] = []
        discarded: set[str] = set()
        passed_s = 0.0
        turns = [[]]
        for deed in ["keep", *done]:
            turns[-1].append(deed)
            if deed == "restart":
                turns.append([])
        for turn in turns:
            async with desk(await open_file(path, KEY), act) as d:
                d.clock.advance(passed_s)
                await d.outbox.load()
                async with d.running():
                    for deed in turn:
                        await _do(deed, d, kept, discarded)
                        assert max(act.delivered.values(), default=0) <= 1
                    passed_s = d.clock.monotonic() - 1000.0
        # In the end all is well with the line, and the late have arrived long before the doubt is over.
        act.script, act.looking = {}, {}
        act.arrive()
        async with desk(await open_file(path, KEY), act) as d:
            d.clock.advance(passed_s + IN_DOUBT_S)
            async with d.running():
                for _ in range(8):
                    await d.pass_s(62)
                left = set(kept) - discarded
                assert {d.state(one) for one in left} <= {None, State.SENT, State.REFUSED}
                # A no may have been to what was there already, and nobody could look: trying again finds it.
                for one in left:
                    await d.outbox.retry(one)
                for _ in range(4):
                    await d.pass_s(62)
                # Those that were sent leave after a while.
                assert {row.state for row in await d.store.actions()} <= {State.SENT}
                assert {act.delivered[one] for one in left} <= {1}


async def _do(deed: str, d, kept: list[str], discarded: set[str]) -> None:
    match deed:
        case "keep":
            kept += [await d.keep(subject) for subject in SUBJECTS]
        case "arrive":
            d.act.arrive()
        case "retry":
            for one in kept:
                await d.outbox.retry(one)
        case "try_all":
            d.outbox.try_all()
        case "discard":
            if await d.outbox.discard(kept[0]):
                discarded.add(kept[0])
        case "decide":
            # Whoever has looked at the clinic sends what is not there; by then all that was late is.
            d.act.arrive()
            for one in kept:
                if not d.act.delivered[one]:
                    await d.outbox.send_anyway(one)
        case "short":
            await d.pass_s(5)
        case "long":
            d.act.arrive()
            await d.pass_s(62)
    if deed != "restart":
        await d.idle()
