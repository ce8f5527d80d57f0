"""How alerts sound for one person, and when the clinic wants them told."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.alerts.rules import AlertRules
from app.alerts.speaker import SoundCard, Speaker
from app.choices import USUAL_VOLUME, VOLUMES
from app.core.aside import aside
from app.session import Session
from ui.kit.facts import FactGrid
from ui.kit.labels import label
from ui.settings.pick import Pick
from ui.settings.picks import chooser
from ui.settings.section import Section
from ui.settings.words import alert_rows, chosen_words
from ui.theme.theme import Theme

_USUAL = "{} (the usual)"
_USUAL_DEVICE = "The usual device"
_LOUDNESS = "Of what this computer is set to."
_NONE = "This computer has no sound device. Alerts are shown all the same."
_GONE = "It is not there now, so alerts sound on the usual device."
_CLINIC = "When they are told: as the clinic has set it, at the server; the usual where it has not"
_TRY = "Alerts can be tried out: Test alerts…, in the menu."


class AlertPicks(Section):
    """speaker: which devices there are."""

    def __init__(
        self, theme: Theme, session: Session, parent: QWidget, speaker: Callable[[], Speaker] = SoundCard
    ) -> None:
        super().__init__(theme, "Alerts", parent)
        self._session, self.speaker = session, speaker
        # None: not looked for yet.
        self._devices: list[str] | None = None
        self.volume = chooser(Pick(theme, "Volume", self), session, "volume")
        self.device = chooser(Pick(theme, "Sound comes from", self), session, "sound_device")
        self.low = chooser(Pick(theme, "Alerts marked New", self), session, "low_sounds")
        self._rules = FactGrid(theme, self)
        self.add(self.volume, self.device, self.low, label(_TRY, "small", wrap=True, parent=self))
        self.add(label(_CLINIC, "overline", wrap=True, parent=self), self._rules)
        self.refresh()

    def refresh(self) -> None:
        """Shows the choices as they are."""
        session, chosen = self._session, self._session.choices
        by_me = chosen_words(session.store.is_kept)
        options = [(each, f"{each} %") for each in VOLUMES if each != USUAL_VOLUME]
        usual = (None, _USUAL.format(f"{USUAL_VOLUME} %"))
        picked = chosen.volume if chosen.volume != USUAL_VOLUME else None
        self.volume.offer([usual, *options], picked, by_me if picked else _LOUDNESS)
        sounds = [(None, "Sound (the usual)"), (False, "Are shown without a sound")]
        is_quiet = chosen.low_sounds is False
        told = f"{by_me} The others always sound." if is_quiet else "The others always sound."
        self.low.offer(sounds, False if is_quiet else None, told)
        self._refresh_device()
        rules = session.clinic.alerts if session.clinic else None
        for name, value in alert_rows(rules or AlertRules()):
            if name not in self._rules.names():
                self._rules.add(name, name)
            self._rules.set(name, value)

    async def ask(self) -> None:
        """Looks for devices."""
        self._devices = await aside(self.speaker().devices)
        self.refresh()

    def _refresh_device(self) -> None:
        chosen, devices = self._session.choices.sound_device, self._devices
        names = dict.fromkeys(devices or ())
        if chosen is not None:
            names.setdefault(chosen)
        self.device.offer(
            [(None, _USUAL_DEVICE), *((name, name) for name in names)], chosen, self._about_device()
        )

    def _about_device(self) -> str:
        chosen, devices = self._session.choices.sound_device, self._devices
        if devices is not None and not devices:
            return _NONE
        if chosen is None:
            return "As the desktop says."
        is_gone = devices is not None and chosen not in devices
        return _GONE if is_gone else chosen_words(self._session.store.is_kept)
