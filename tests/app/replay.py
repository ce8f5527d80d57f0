"""Recorded replies in place of a connection, one of them changed."""

import json
from dataclasses import dataclass, field
from typing import Any

from app.wire.transport import Answer, Asked

Question = tuple[str, tuple[tuple[str, str], ...]]
"""An address and its query."""


@dataclass
class Replay:
    """In place of the transport. known: the replies by their question; spoilt: one of them, changed."""

    known: dict[Question, bytes] = field(default_factory=dict)
    spoilt: tuple[Question, bytes] = (("", ()), b"")

    async def exchange(self, asked: Asked, _handle: object, _within: object) -> Answer:
        question = question_of(asked)
        if question == self.spoilt[0]:
            return Answer(200, self.spoilt[1], {})
        body = self.known.get(question, b'{"code":404,"message":"Not Found"}')
        return Answer(json.loads(body).get("code", 200), body, {})

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class Recorder:
    """Before the transport: notes what is answered to a question."""

    transport: Any
    replies: dict[Question, bytes]

    async def exchange(self, asked: Asked, handle: Any, within: Any) -> Any:
        answer = await self.transport.exchange(asked, handle, within)
        if asked.method == "GET" and isinstance(answer, Answer):
            self.replies[question_of(asked)] = answer.body
        return answer

    async def close(self) -> None:
        await self.transport.close()


def question_of(asked: Asked) -> Question:
    return asked.url, tuple(sorted((name, str(value)) for name, value in (asked.query or {}).items()))
