"""The diagnostic log: events of an allow-list, nothing of any person (AUD-03): `log.event`, `log.fault`."""

from app.log.events import event, fault

__all__ = ["event", "fault"]
