"""That one person has one window: claimed before anything of theirs is opened."""

from functools import partial
from pathlib import Path

from ui.shell.instance import Instance, bring_to_front
from ui.shell.window import Window

_RAISED = "You are signed in already in another window; it was brought to the front."
_SILENT = "You are signed in already in another window, which does not answer. Close it, then sign in again."


class OpenElsewhere(Exception):
    """This person's window is open in another process. came: it came to the front."""

    def __init__(self, came: bool) -> None:
        super().__init__(_RAISED if came else _SILENT)
        self.came = came


class Claim:
    """Of this window. folder: where the stores lie."""

    def __init__(self, window: Window, folder: Path) -> None:
        self._window, self._folder = window, folder
        self.instance: Instance | None = None

    async def make(self, name: str) -> None:
        """Claims the window of a person, by the name of their store. Raises OpenElsewhere."""
        self.let_go()
        instance = Instance(name, self._folder, self._window)
        if not await instance.claim():
            came = await instance.ask_to_raise()
            # It may have ended while it was asked.
            if came or not await instance.claim():
                instance.deleteLater()
                raise OpenElsewhere(came)
        self.instance = instance
        instance.raise_wanted.connect(partial(bring_to_front, self._window))

    def let_go(self) -> None:
        """Somebody else may have it."""
        instance, self.instance = self.instance, None
        if instance is not None:
            instance.release()
            instance.deleteLater()
