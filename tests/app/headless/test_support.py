"""`vestibule support` as a person at a terminal sees it."""

from pathlib import Path

from tests.app.headless.commands import at, run
from tests.practice import Practice


def test_what_it_prints_is_what_it_writes(shared_clinic: Practice, tmp_path: Path) -> None:
    out = tmp_path / "bundle.txt"
    code, said, err = run(*at(shared_clinic, "support"), "--out", str(out))
    assert (code, err) == (0, "vestibule: written as shown; nothing has been sent.\n")
    assert out.read_text() == said
    assert out.stat().st_mode & 0o777 == 0o600
    assert "== Doctor" in said
    assert '"event": "program.started"' in said
    assert shared_clinic.account not in said


def test_a_file_that_is_there_stays(own_home: Path, tmp_path: Path) -> None:
    out = tmp_path / "bundle.txt"
    out.write_text("mine")
    code, said, err = run("support", "--out", str(out))
    assert (code, out.read_text()) == (1, "mine")
    assert said.startswith("Vestibule support bundle\n")
    assert err == "vestibule: there is such a file already; it was left as it is.\n"


def test_where_it_cannot_be_written(own_home: Path, tmp_path: Path) -> None:
    code, _, err = run("support", "--out", str(tmp_path / "none" / "bundle.txt"))
    assert (code, err) == (1, "vestibule: the file could not be written: No such file or directory.\n")


def test_wrong_use(own_home: Path) -> None:
    assert run("support", "--profile", "none")[0] == 2
    assert run("support", "--api", "https://api.example/api_v3/")[0] == 2
