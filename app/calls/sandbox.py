"""The practice clinic's Messenger service: the separate, older one (api/calls.md §5)."""

from app.sandbox.http import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = ()
