"""Where an administrator enters the clinic's key and secret at VSee Messenger (api/calls.md §5)."""

from PySide6.QtWidgets import QWidget

from app.auth.messenger_keys import KeptMessengerKeys
from ui.shell.key_question import ONLY_IN_KEYRING, KeyWords, ask_keys
from ui.theme.theme import Theme

_TEXT = (
    "For calls that open in VSee Messenger. The clinic has both from VSee; they are not its app key. "
    f"{ONLY_IN_KEYRING}"
)


async def ask_messenger_keys(
    theme: Theme, kept: KeptMessengerKeys, clinic: str, parent: QWidget
) -> str | None:
    """Asks until they are kept or removed, or nobody wants to; what came of it, for the audit: such as
    "messenger_keys_entered". clinic: its name, for people."""
    words = KeyWords(f"Messenger key of {clinic}", _TEXT, "Messenger &key", "Messenger &secret")
    outcome = await ask_keys(theme, kept, words, parent)
    return None if outcome is None else f"messenger_keys_{outcome}"
