"""A keyring in memory, and none: for tests that are not about keyrings."""

from app.core.keys import Keys, NoKeyring


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


class NoKeys(Keys):
    """A desktop without a keyring."""

    async def read(self, name: str) -> str | None:
        raise NoKeyring

    async def write(self, name: str, secret: str) -> None:
        raise NoKeyring

    async def forget(self, name: str) -> None:
        raise NoKeyring
