"""The practice clinic's pharmacies endpoints."""

from app.sandbox.http import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = ()
