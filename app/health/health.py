"""Patients' devices and readings (api/health.md §3). The vendor calls this part of the API Beta."""

from collections.abc import Mapping
from datetime import date

from app.health.record import DATA_TYPES, DataType, Device, Reading, read_device, read_reading
from app.wire.client import Client
from app.wire.listing import Listing, listing


class Health:
    """Devices and readings, as far as the clinic's server offers them.

    Every method raises Failure and nothing else. NotOffered: trends are hidden. patient_id: a user id, "-"
    for the caller.

    The rows carry no patient, so an answer cannot be compared with the patient asked for.

    After Uncertain, read the devices or the day again before anything is repeated: a reading sent twice is
    one reading, since a day has one of each kind.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    async def devices(self, patient_id: str) -> Listing[Device]:
        """A patient's devices."""
        return listing(await self._client.get("health.devices", id=patient_id), read_device, "devices")

    async def read(
        self, patient_id: str, start: date | None = None, end: date | None = None, data_type: str = ""
    ) -> Listing[Reading]:
        """Readings from `start` to `end`, both included, ascending; the server's last 30 days without.

        data_type: a key of DATA_TYPES, to have that kind alone. A day that is missing has no reading.
        """
        asked = {"start": start and start.isoformat(), "end": end and end.isoformat(), "data_type": data_type}
        query = {name: value for name, value in asked.items() if value}
        return listing(await self._client.get("health.read", query, id=patient_id), read_reading, "health")

    async def submit(self, device: Device, day: date, data_type: str, value: float, unit: str = "") -> None:
        """Sends what a device measured. The reading is the device's owner's, or the caller's.

        data_type: a key of DATA_TYPES. unit: of the value, in the words of the reference ("mg/dL"); "" for a
        kind that has none. The reply is not documented: read the day again to see the value.
        """
        await self._submit(device, day, data_type, {data_type: value}, unit)

    async def submit_pressure(
        self, device: Device, day: date, systolic: int, diastolic: int, unit: str
    ) -> None:
        """Like `submit`, for a blood pressure. unit: "mmHg" or "kPa"."""
        await self._submit(device, day, "hp", {"hp": systolic, "lp": diastolic}, unit)

    async def add_device(self, patient_id: str, device_id: str, name: str, kind: str) -> None:
        """Adds a device to a patient. device_id: such as a MAC without separators; kind: its `type`.

        The reply is not documented: read the devices again to see it.
        """
        body = {"device_id": device_id, "device_name": name, "type": kind}
        await self._client.post("health.device.add", body, id=patient_id)

    async def _submit(
        self, device: Device, day: date, data_type: str, values: Mapping[str, float], unit: str
    ) -> None:
        kind = DATA_TYPES.get(data_type, DataType())
        about = {
            "type": device.type,
            "date": day.isoformat(),
            "device_id": device.id,
            "data_type": data_type,
            "data_class": kind.data_class,
        }
        units = {kind.unit_key or f"{data_type}_unit": unit} if unit else {}
        await self._client.post("health.submit", {**about, **values, **units})
