"""Patients' medical records: read, added to, changed (api/emr.md §2 and §3)."""

from collections.abc import Mapping
from functools import partial

import msgspec

from app.accounts.schema import Section, read_section
from app.core.unreadable import Unreadable
from app.emr.prescription import Prescription, read_prescription
from app.emr.record import Entry, read_entry
from app.emr.sections import Chart, Part, read_chart, read_part
from app.errors import Broken
from app.wire.client import Client, Reply
from app.wire.listing import Listing, every_page, listing, made, one
from app.wire.reader import Json, Row

# What the documented lists hold unless they are asked for more; a server may not give more.
_PAGE = 20


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A term that the clinic offers while one writes. code: the clinic's own, "" when it has none."""

    code: str = ""
    text: str = ""


class Charts:
    """The medical records of the clinic's patients, as far as its server offers them.

    Every method raises Failure and nothing else. NotOffered: the server has no medical record; the portal's
    chart is the way out (api/README.md §12). Refused 403: not permitted for this role. patient_id: a user
    id, "-" for the caller. section: a name of `app.emr.record.SECTIONS`, or another of a chart; one that the
    server does not know is Refused with 400.

    Entries carry no patient, so an answer cannot be compared with the patient asked for.

    After Uncertain, and after Broken of an act, the server may have acted: read the section again and look
    for the entry, before anything is repeated.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    async def schemas(self) -> Mapping[str, Section | Unreadable]:
        """The clinic's forms, by the name of their section: titles and order of an entry's keys."""
        row = Row((await self._client.get("emr.schemas")).value(), "emr.schemas")
        if not isinstance(row.value, dict) and row.value != []:
            raise Broken("shape", where="emr.schemas")
        return {name: read_section(row.object(name)) for name in row.values}

    async def suggest(self, section: str, text: str = "", limit: int = 20) -> Listing[Suggestion]:
        """Terms of `section` that fit `text`; all, up to `limit`, when it is blank."""
        query = {"section": section, "q": text, "limit": limit}
        return listing(await self._client.get("emr.suggest", query), _read_suggestion, "emr.suggest")

    async def read_all(self, patient_id: str) -> Chart:
        """The whole record. What it does not speak of is not known; `Chart()` stands for one that failed."""
        return one(await self._client.get("emr.all", id=patient_id), read_chart, "emr")

    async def read_section(self, patient_id: str, section: str) -> Part:
        """One section of the record."""
        reply = await self._client.get("emr.list", id=patient_id, section=section)
        return read_part(section, reply.value(), _stated_none(reply))

    async def add(self, patient_id: str, section: str, values: Mapping[str, Json]) -> Entry:
        """Writes an entry; in a section that is one object, replaces the keys given.

        values: by key of the entry. The first one takes back the patient's statement that there are none.
        """
        reply = await self._client.post("emr.add", values, id=patient_id, section=section)
        return made(reply, partial(read_entry, section), f"emr.{section}")

    async def update(self, patient_id: str, entry: Entry, changes: Mapping[str, Json]) -> Entry:
        """Changes keys of an entry of a list; the others stay as they are.

        changes: the changed keys, or `entry.values` with changes in it. When somebody else has changed the
        entry since it was read, it is Refused with 400 and the server's words: read it again. Broken when
        the entry has no id, or another entry came back.
        """
        seen = {} if entry.modified is None else {"modified": int(entry.modified)}
        reply = await self._client.post(
            "emr.update", {**changes, **seen}, id=patient_id, section=entry.section, record_id=_id(entry)
        )
        changed = made(reply, partial(read_entry, entry.section), f"emr.{entry.section}")
        if changed.id != entry.id:
            raise Broken("shape", where=f"emr.{entry.section}.id")
        return changed

    async def delete(self, patient_id: str, entry: Entry) -> None:
        """Removes an entry of a list. An emptied section is not asked, not "none". Broken without an id."""
        await self._client.post("emr.delete", {"id": _id(entry)}, id=patient_id, section=entry.section)

    async def state_none(self, patient_id: str, section: str) -> None:
        """Records that the patient states none. Refused with 400 while there are entries."""
        await self._client.post("emr.add", {"data_not_reported": True}, id=patient_id, section=section)

    async def prescriptions(self, patient_id: str) -> Listing[Prescription]:
        """What was prescribed to a patient, newest first; prescribing itself is the portal's."""
        return await every_page(
            self._client, "prescriptions.list", read_prescription, {}, limit=_PAGE, id=patient_id
        )


def _id(entry: Entry) -> str:
    # "delete" would lead to another act (api/decisions.md, "Elsewhere").
    if entry.id in ("", "delete"):
        raise Broken("shape", where=f"emr.{entry.section}.id")
    return entry.id


def _read_suggestion(row: Row) -> Suggestion | Unreadable:
    text = row.text("text")
    return Suggestion(code=row.text("code") or "", text=text) if text else row.unreadable("text is missing")


def _stated_none(reply: Reply) -> bool | None:
    """The section's flag, which stands beside `data`."""
    return Row({"flag": reply.beside("data_not_reported")}).flag("flag")
