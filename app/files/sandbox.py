"""The practice clinic's files endpoints."""

from app.sandbox.http import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = ()
