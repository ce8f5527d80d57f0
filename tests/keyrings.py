"""A keyring in memory, for tests that are not about keyrings."""

from app.core.keys import Keys


class HeldKeys(Keys):
    """Keeps secrets as long as the test."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[str, str] = {}

    async def read(self, name: str) -> str | None:
        return self.held.get(name)

    async def write(self, name: str, secret: str) -> None:
        self.held[name] = secret

    async def forget(self, name: str) -> None:
        self.held.pop(name, None)
