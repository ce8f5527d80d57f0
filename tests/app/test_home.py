"""Preferences of a workstation."""

from pathlib import Path

import pytest

from app.home import MOST_REMEMBERED, Preferences, SignInChoice, home, read_preferences, write_preferences


def test_there_and_back(tmp_path: Path) -> None:
    chosen = Preferences(theme="dark", text_scale=1.5, account="harbor", username="ana")
    write_preferences(tmp_path / "new", chosen)
    assert read_preferences(tmp_path / "new") == chosen


@pytest.mark.parametrize(
    "text", ["", "not toml at all", "theme = 5\n", 'theme = "pink"\ntext_scale = "big"\n', "\x00"]
)
def test_a_damaged_file_is_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.toml").write_text(text)
    assert read_preferences(tmp_path) == Preferences()


def test_what_fits_is_kept_and_bounded(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('account = "x"\ntext_scale = 9.5\nunknown = 1\ntheme = 7\n')
    assert read_preferences(tmp_path) == Preferences(account="x", text_scale=2.0)


def test_home_is_where_the_environment_says(own_home: Path) -> None:
    assert home() == own_home


def test_a_folder_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match=r".*"):
        write_preferences(tmp_path / "file", Preferences())


NOOR = SignInChoice(account="harbor", username="noor.haddad")
MARCUS = SignInChoice(place="file", file="Bay", username="marcus.bell", way="browser")


def test_who_signed_in_is_remembered_the_last_one_first(tmp_path: Path) -> None:
    chosen = Preferences(theme="dark").signed_in(MARCUS).signed_in(NOOR)
    write_preferences(tmp_path, chosen)
    read = read_preferences(tmp_path)
    assert read == chosen
    assert read.remembered == (NOOR, MARCUS)
    assert read.last == NOOR
    again = read.signed_in(SignInChoice(account="harbor", username="noor.haddad", way="token"))
    assert [each.way for each in again.remembered] == ["token", "browser"]
    assert read.left().last.username == ""
    assert read.left().remembered == read.remembered


def test_who_is_forgotten_is_not_taken_up_again() -> None:
    chosen = Preferences().signed_in(MARCUS).signed_in(NOOR).forgotten(NOOR)
    assert chosen.remembered == (MARCUS,)
    assert chosen.last.username == ""
    assert chosen.forgotten(MARCUS).remembered == ()


def test_the_list_is_bounded_and_the_practice_clinic_is_nobody() -> None:
    chosen = Preferences()
    for number in range(MOST_REMEMBERED + 5):
        chosen = chosen.signed_in(SignInChoice(account="harbor", username=str(number)))
    assert len(chosen.remembered) == MOST_REMEMBERED
    assert chosen.remembered[0].username == str(MOST_REMEMBERED + 4)
    practised = chosen.signed_in(SignInChoice(place="practice"))
    assert practised.remembered == chosen.remembered
    assert practised.last.place == "practice"


def test_a_file_of_an_older_version_is_read_on(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        'theme = "dark"\ntext_scale = 1.5\nplace = "staging"\naccount = "bay"\napi = ""\nportal = ""\n'
        'username = "marcus.bell"\n'
    )
    read = read_preferences(tmp_path)
    assert (read.theme, read.place, read.account, read.username) == ("dark", "staging", "bay", "marcus.bell")
    assert read.remembered == (read.last,)


@pytest.mark.parametrize(
    "text",
    ["remembered = 5\n", 'remembered = ["x"]\n', '[[remembered]]\nusername = 5\nway = "by magic"\n'],
)
def test_a_damaged_list_disturbs_nothing_else(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.toml").write_text(f'theme = "dark"\n{text}')
    read = read_preferences(tmp_path)
    assert read.theme == "dark"
    assert read.remembered == ()
