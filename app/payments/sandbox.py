"""The practice clinic's payments endpoints."""

from app.sandbox.http import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = ()
