"""Where an administrator enters the clinic's app key and secret."""

from PySide6.QtWidgets import QWidget

from app.auth.app_keys import KeptAppKeys
from ui.shell.key_question import ONLY_IN_KEYRING, KeyWords, ask_keys
from ui.theme.theme import Theme

_TEXT = (
    f"For registering new patients who check in. Both are in the clinic's Developers menu. {ONLY_IN_KEYRING}"
)


async def ask_app_keys(theme: Theme, kept: KeptAppKeys, clinic: str, parent: QWidget) -> str | None:
    """Asks until they are kept or removed, or nobody wants to; what came of it, for the audit: such as
    "app_keys_entered". clinic: its name, for people."""
    outcome = await ask_keys(
        theme, kept, KeyWords(f"App key of {clinic}", _TEXT, "App &key", "App &secret"), parent
    )
    return None if outcome is None else f"app_keys_{outcome}"
