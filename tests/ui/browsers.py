"""A browser that only notes what it is asked to open."""

from tests.until import until


class Browser:
    """links: what was opened, oldest first."""

    def __init__(self) -> None:
        self.links: list[str] = []

    def __call__(self, link: str) -> bool:
        self.links.append(link)
        return True

    async def asked(self, number: int) -> str:
        """The link that was opened as the number-th, as soon as it is."""
        await until(lambda: len(self.links) >= number)
        return self.links[number - 1]
