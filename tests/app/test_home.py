"""Preferences of a workstation."""

from pathlib import Path

import pytest

from app.home import Preferences, home, read_preferences, write_preferences


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
