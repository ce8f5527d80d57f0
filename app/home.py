"""Where this workstation's files lie, and its preferences. No patient data, no secrets."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, Self, TypeVar, get_args

ThemeMode = Literal["system", "light", "dark"]
Way = Literal["password", "browser", "token"]
"""How somebody signs in: user name and password, the clinic's own page in the browser, a pasted token."""
MOST_REMEMBERED = 20
"""So many of those who signed in are offered again."""


@dataclass(frozen=True, kw_only=True)
class SignInChoice:
    """Which server, which clinic, who, and how: what the sign-in screen offers again. Never a secret.

    place: one of `app.profile.PLACES`, "other", "file" or "practice". file: name of the profile file, for
    "file" alone; then the file says the rest. api, portal: for "other" alone. broker: see `Profile.broker`.
    """

    place: str = "production"
    file: str = ""
    account: str = ""
    api: str = ""
    portal: str = ""
    broker: str = ""
    username: str = ""
    way: Way = "password"

    def is_same_person(self, other: "SignInChoice") -> bool:
        """Whether both are one user of one clinic, however they sign in."""
        return _who(self) == _who(other)


@dataclass(frozen=True, kw_only=True)
class Preferences(SignInChoice):
    """What was chosen on this workstation; as a SignInChoice: the last sign-in, whose session is taken up
    again by the next start unless it has no user name.

    text_scale: 1.0 to 2.0. remembered: who signed in here, the last one first.
    """

    theme: ThemeMode = "system"
    text_scale: float = 1.0
    remembered: tuple[SignInChoice, ...] = ()

    @property
    def last(self) -> SignInChoice:
        """The last sign-in."""
        return SignInChoice(**{each.name: getattr(self, each.name) for each in fields(SignInChoice)})

    def signed_in(self, choice: SignInChoice) -> Self:
        """With a sign-in that has just succeeded. The practice clinic is a place, and nobody in it."""
        others = [each for each in self.remembered if not each.is_same_person(choice)]
        remembered = [choice, *others] if choice.username else others
        return replace(self, **asdict(choice), remembered=tuple(remembered[:MOST_REMEMBERED]))

    def forgotten(self, choice: SignInChoice) -> Self:
        """Without somebody who is not to be offered any more."""
        left = tuple(each for each in self.remembered if not each.is_same_person(choice))
        last = replace(self.last, username="") if self.is_same_person(choice) else self.last
        return replace(self, **asdict(last), remembered=left)

    def left(self) -> Self:
        """With nobody whose session the next start takes up again; everybody is still offered."""
        return replace(self, username="")


def _who(choice: SignInChoice) -> tuple[str, ...]:
    return choice.place, choice.file, choice.account, choice.api, choice.username


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
    chosen = _read(Preferences, values)
    remembered = values.get("remembered")
    if isinstance(remembered, list):
        those = [_read(SignInChoice, each) for each in remembered if isinstance(each, dict)]
        named = [each for each in those if each.username]
        chosen = replace(chosen, remembered=tuple(named[:MOST_REMEMBERED]))
    elif chosen.username:
        # A file of a version that remembered the last one alone.
        chosen = replace(chosen, remembered=(chosen.last,))
    theme = chosen.theme if chosen.theme in get_args(ThemeMode) else "system"
    return replace(chosen, theme=theme, text_scale=min(max(chosen.text_scale, 1.0), 2.0))


Choice = TypeVar("Choice", bound=SignInChoice)


def _read(kind: type[Choice], values: Mapping[str, Any]) -> Choice:
    """What fits of some values; the rest is as if it had not been said."""
    defaults = kind()
    fitting = {
        field.name: values[field.name]
        for field in fields(kind)
        if isinstance(values.get(field.name), type(getattr(defaults, field.name)))
    }
    chosen = replace(defaults, **fitting)
    return chosen if chosen.way in get_args(Way) else replace(chosen, way="password")


def write_preferences(folder: Path, preferences: Preferences) -> None:
    """Keeps the preferences; the old file stays whole until the new one is. Raises OSError."""
    import tomli_w

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = folder / "settings.toml.new"
    fresh.write_text(tomli_w.dumps(asdict(preferences)), encoding="utf-8")
    fresh.replace(folder / "settings.toml")
