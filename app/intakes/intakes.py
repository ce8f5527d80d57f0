"""Reading intakes."""

from app.core.collection import Collection
from app.errors import Broken
from app.intakes.record import Intake, read_intake
from app.wire.client import Client
from app.wire.reader import Row


class Intakes:
    """The intakes that were looked at in this session."""

    def __init__(self, client: Client) -> None:
        self.intakes: Collection[Intake] = Collection()
        self._client = client

    async def read(self, intake_id: str) -> Intake:
        """The intake as the server has it now. Raises Failure; Broken when another intake came back."""
        reply = await self._client.get("intakes.get", id=intake_id)
        intake = read_intake(Row(reply.value(), "intake"))
        if intake is None or intake.id != intake_id:
            raise Broken("shape", where="intake.id")
        self.intakes.put(intake)
        return intake
