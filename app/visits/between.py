"""The visits of a waiting room in a stretch of time, at a server that may cut its lists short."""

from typing import Any

from app.visits.record import Visit, read_visit
from app.wire.client import Client
from app.wire.envelope import rows_of
from app.wire.rows import RowMemory

MOST_QUESTIONS = 15
"""Windows that are asked for to see a list whole: four times halved."""
_ROUND = 5
_LONG = 50
_AROUND_S = 7 * 24 * 3600


async def visits_between(
    client: Client, room_code: str, start: float, end: float, *, most: int = MOST_QUESTIONS
) -> tuple[list[Visit], bool]:
    """The visits that the server tells of, and whether these are all; if not, silence proves nothing.

    start, end: Unix s. A list whose total is larger than its rows was cut: then each half of its window is
    asked for, the earlier one first, `most` questions in all. So is a list without a total that is as long
    as servers make their pages, unless a longer one comes from this server, of these halves or of a week
    around them: then it was not cut. A row that cannot be read is no visit, and may be any. Raises Failure.
    """
    memory = RowMemory(read_visit)
    visits: list[Visit] = []
    windows = [(int(start), int(end))]
    is_whole = True
    longest = 0
    has_looked_around = False
    while windows and most > 0:
        most -= 1
        first, last = windows.pop()
        question = {"room_code": room_code, "start_time": first, "end_time": last}
        reply = await client.get("visits.list", question)
        rows = await memory.records(rows_of(reply.data))
        told = [row for row in rows if isinstance(row, Visit)]
        known = {visit.id for visit in visits}
        visits += [visit for visit in told if visit.id not in known]
        is_whole = is_whole and len(told) == len(rows)
        longest = max(longest, len(rows))
        total = reply.total()
        if total is None and most and not has_looked_around and _may_be_cut(total, len(rows), longest):
            most -= 1
            longest = max(longest, await _rows_around(client, question))
            has_looked_around = True
        if _may_be_cut(total, len(rows), longest):
            middle = (first + last) // 2
            if middle == first:
                is_whole = False
            else:
                windows += [(middle, last), (first, middle)]
    return visits, is_whole and not windows


async def _rows_around(client: Client, question: dict[str, Any]) -> int:
    """How long a list of far more time is."""
    wide = {"start_time": question["start_time"] - _AROUND_S, "end_time": question["end_time"] + _AROUND_S}
    return len(rows_of((await client.get("visits.list", question | wide | {"fields": "id"})).data))


def _may_be_cut(total: int | None, rows: int, longest: int) -> bool:
    """total: None where the server does not say. longest: rows of the longest list it gave."""
    if total is not None:
        return total > rows
    return rows == longest and (rows >= _LONG or (rows > _ROUND and rows % _ROUND == 0))
