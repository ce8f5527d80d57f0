"""The store has what the collection has: a little later, and no more than what changed."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from app.core import mirror as mirrors
from app.core.collection import Collection
from app.core.mirror import Mirror
from app.core.store import database, thread
from app.core.store.store import Store, open_file
from tests.app.core.store.test_disk import disk, filled
from tests.until import until

__all__ = ["disk"]

KEY = bytes(32)


@dataclass(frozen=True)
class Fact:
    id: str
    words: str = ""


class Mirrored:
    """A collection and its mirror; `encoded` are the ids of what was made into bytes."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.facts: Collection[Fact] = Collection()
        self.encoded: list[str] = []
        self.at = 1.0
        self.mirror = Mirror(self.facts, "facts", self._encode, _decode, store, lambda: self.at)

    def _encode(self, fact: Fact) -> bytes | None:
        self.encoded.append(fact.id)
        if fact.words == "too large":
            raise OverflowError
        return None if fact.words == "not worth it" else json.dumps(asdict(fact)).encode()

    def put(self, **words: str) -> None:
        self.facts.replace({fact_id: Fact(fact_id, said) for fact_id, said in words.items()})

    async def kept(self) -> dict[str, str]:
        return {fact.id: _words(fact.body) for fact in await self.store.facts("facts")}

    async def comes_to(self, **words: str) -> None:
        async with asyncio.timeout(10):
            while await self.kept() != words:
                pass

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.ensure_future(self.mirror.run())
        yield
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()


def _words(body: bytes) -> str:
    return str(json.loads(body).get("words", "")) if body.startswith(b"{") else "?"


def _decode(body: bytes) -> Fact | None:
    if body == b"older":
        return None
    return Fact(**json.loads(body))


@asynccontextmanager
async def mirrored(path: Path | None) -> AsyncIterator[Mirrored]:
    made = Mirrored(await open_file(path, KEY))
    async with made.running():
        yield made
    await made.store.close()


async def test_what_comes_changes_and_goes_is_the_same_in_the_store(tmp_path) -> None:
    async with mirrored(tmp_path / "a.db") as m:
        m.put(a="1", b="1", c="1")
        await m.comes_to(a="1", b="1", c="1")
        m.encoded.clear()
        m.at = 2.0
        m.put(a="1", b="2", d="1")
        await m.comes_to(a="1", b="2", d="1")
        assert sorted(m.encoded) == ["b", "d"]
        assert {fact.id: fact.at for fact in await m.store.facts("facts")} == {"a": 1.0, "b": 2.0, "d": 2.0}


async def test_what_comes_from_the_store_is_not_written_again(tmp_path) -> None:
    async with mirrored(tmp_path / "a.db") as m:
        m.put(a="1", b="1")
        await m.comes_to(a="1", b="1")
    async with mirrored(tmp_path / "a.db") as m:
        m.at = 9.0
        m.facts.replace({**await m.mirror.load()})
        assert {fact.id: fact.words for fact in m.facts} == {"a": "1", "b": "1"}
        m.put(a="2", b="1")
        await m.comes_to(a="2", b="1")
        assert m.encoded == ["a"]
        assert {fact.id: fact.at for fact in await m.store.facts("facts")} == {"a": 9.0, "b": 1.0}


async def test_what_cannot_be_encoded_is_left_out_and_leaves_nothing_older(tmp_path) -> None:
    async with mirrored(tmp_path / "a.db") as m:
        m.put(a="1", b="1", c="1")
        await m.comes_to(a="1", b="1", c="1")
        m.put(a="too large", b="not worth it", c="2")
        await m.comes_to(c="2")
        m.put(a="3", b="not worth it", c="2")
        await m.comes_to(a="3", c="2")


async def test_what_cannot_be_decoded_is_forgotten(tmp_path) -> None:
    async with mirrored(tmp_path / "a.db") as m:
        bodies = [("a", b"older"), ("b", b"no json"), ("c", b'{"id": "c"}'), ("d", b'{"id": "d", "more": 1}')]
        await m.store.keep_facts("facts", 1.0, lambda: bodies)
        assert await m.mirror.load() == {"c": Fact("c")}
        await m.comes_to(c="")


async def test_thousands_go_in_slices(tmp_path) -> None:
    async with mirrored(tmp_path / "a.db") as m:
        slices: list[int] = []
        keep = m.store.keep_facts

        async def keep_facts(kind, at, bodies, gone):
            slices.append(len(list(gone)))
            await keep(kind, at, bodies, gone)

        m.store.keep_facts = keep_facts  # type: ignore[method-assign]
        words = {f"f{number}": "1" for number in range(1050)}
        m.put(**words)
        await m.comes_to(**words)
        assert slices == [100] * 10 + [50]


async def test_emptied_and_filled_again_with_the_same_is_written_again(tmp_path) -> None:
    async with mirrored(tmp_path / "a.db") as m:
        m.put(a="1", b="1")
        await m.comes_to(a="1", b="1")
        await m.store.forget_facts("facts")
        m.put()
        m.put(a="1", b="1")
        await m.comes_to(a="1", b="1")


async def test_what_the_disk_does_not_take_is_tried_again(disk, monkeypatch) -> None:
    monkeypatch.setattr(thread, "AGAIN_S", 0.02)
    monkeypatch.setattr(mirrors, "AGAIN_S", 0.02)
    async with mirrored(disk / "a.db") as m:
        m.put(a="1")
        await m.comes_to(a="1")
        filling = filled(disk)
        m.put(a="2" * 300_000, b="1" * 300_000)
        await until(lambda: m.encoded.count("b") > 2)
        m.put(a="3", b="1" * 300_000)
        filling.unlink()
        await m.comes_to(a="3", b="1" * 300_000)


async def test_ended_in_the_middle_nothing_is_forgotten(tmp_path) -> None:
    async with mirrored(tmp_path / "a.db") as m:
        words = {f"f{number}": "1" for number in range(500)}
        async with m.running():
            m.put(**words)
            await asyncio.sleep(0)
        await m.comes_to(**words)


async def test_what_was_not_carried_into_a_new_file_is_written_again(tmp_path, monkeypatch) -> None:
    path = tmp_path / "a.db"
    async with mirrored(path) as m:
        m.put(a="1", b="1", c="1")
        await m.comes_to(a="1", b="1", c="1")
        # As where a page of the facts is damaged.
        monkeypatch.setattr(database, "_AT_THE_SERVER", {"facts": "no_such_column"})
        path.unlink()
        m.store.put_setting("me", b"x")
        await until(lambda: m.store.renewals)
        assert m.mirror.is_behind
        await m.comes_to(a="1", b="1", c="1")
        assert not m.mirror.is_behind


async def test_a_new_file_that_was_made_before_anything_is_written_is_noticed(tmp_path, monkeypatch) -> None:
    path = tmp_path / "a.db"
    async with mirrored(path) as m:
        m.put(a="1")
        await m.comes_to(a="1")
    m = Mirrored(await open_file(path, KEY))
    m.facts.replace({**await m.mirror.load()})
    monkeypatch.setattr(database, "_AT_THE_SERVER", {"facts": "no_such_column"})
    path.unlink()
    m.store.put_setting("me", b"x")
    await m.store.flush()
    assert (m.store.renewals, await m.kept()) == (1, {})
    async with m.running():
        await m.comes_to(a="1")
    await m.store.close()
