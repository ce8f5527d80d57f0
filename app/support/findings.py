"""What the doctor finds, for the bundle: without signing in, and without the clinic's name."""

from app.credentials import Given
from app.doctor.check import run
from app.doctor.desktop import Desktop
from app.doctor.doctor import examine, of_desktop
from app.doctor.report import Finding, line
from app.profile import Profile
from app.support.plain import without


async def findings(profile: Profile | None) -> list[str]:
    """One line each, within a minute. profile: None where no clinic is known, then of this desktop alone.

    Raises WrongUse when the environment names certificates that cannot be read.
    """
    if profile is None:
        found = await run(of_desktop(Desktop()), _unheard)
        return [line(each) for each in found]
    found = await examine(profile, Given(), _unheard)
    return [without(line(each), profile.account) for each in found]


def _unheard(_finding: Finding) -> None:
    """All of them are told at the end."""
