"""Where this workstation's files lie, and its preferences. No patient data, no secrets."""

import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Literal, get_args

ThemeMode = Literal["system", "light", "dark"]


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """What the person chose on this workstation.

    text_scale: 1.0 to 2.0. place, account, api, portal, username: what the sign-in screen offers next time.
    """

    theme: ThemeMode = "system"
    text_scale: float = 1.0
    place: str = "production"
    account: str = ""
    api: str = ""
    portal: str = ""
    username: str = ""


def home() -> Path:
    """The folder of all files: `VESTIBULE_HOME`, else the desktop's place for them."""
    chosen = os.environ.get("VESTIBULE_HOME")
    if chosen:
        return Path(chosen)
    # Imported here: with VESTIBULE_HOME set it is not needed.
    from platformdirs import user_data_path

    return user_data_path("Vestibule", appauthor=False)


def read_preferences(folder: Path) -> Preferences:
    """The preferences in `folder`, or the defaults when there are none or they cannot be read.

    A damaged file holds nothing that cannot be chosen again, so it is passed over.
    """
    try:
        text = (folder / "settings.toml").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return Preferences()
    import tomllib

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return Preferences()
    defaults = Preferences()
    fitting = {
        field.name: values[field.name]
        for field in fields(Preferences)
        if isinstance(values.get(field.name), type(getattr(defaults, field.name)))
    }
    chosen = replace(defaults, **fitting)
    theme = chosen.theme if chosen.theme in get_args(ThemeMode) else defaults.theme
    return replace(chosen, theme=theme, text_scale=min(max(chosen.text_scale, 1.0), 2.0))


def write_preferences(folder: Path, preferences: Preferences) -> None:
    """Keeps the preferences; the old file stays whole until the new one is. Raises OSError."""
    import tomli_w

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = folder / "settings.toml.new"
    fresh.write_text(tomli_w.dumps(asdict(preferences)), encoding="utf-8")
    fresh.replace(folder / "settings.toml")
