"""The practice clinic's settings endpoints."""

from app.sandbox.http import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = ()
