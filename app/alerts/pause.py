"""A pause of the sound, which ends by itself (ALM-03)."""


class Pause:
    """Times are monotonic seconds."""

    def __init__(self) -> None:
        self._until: float | None = None

    def begin(self, at: float, length_s: float) -> None:
        """From now on, for so long; one that goes on already begins anew."""
        self._until = at + length_s

    def end(self) -> None:
        """The sound is on again."""
        self._until = None

    def left_s(self, at: float) -> float:
        """Seconds until it ends by itself; 0 while there is none."""
        return 0.0 if self._until is None else max(0.0, self._until - at)
