"""The clinic's key and secret at VSee Messenger's own service (api/calls.md §5; DAT-05, DAT-06)."""

from app.auth.app_keys import KeptAppKeys
from app.core.keys import Keys
from app.profile import Profile


class KeptMessengerKeys(KeptAppKeys):
    """As the clinic's app keys are kept, but per Messenger service: it is apart from the clinic's server."""

    def __init__(self, keys: Keys, profile: Profile) -> None:
        super().__init__(keys, profile)
        self._name = f"messenger|{profile.messenger}|{profile.account}"
