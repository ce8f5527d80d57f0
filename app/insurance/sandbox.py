"""The practice clinic's insurance endpoints."""

from app.sandbox.http import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = ()
