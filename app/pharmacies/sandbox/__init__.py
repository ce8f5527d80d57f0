"""The practice clinic's pharmacies and the public registry: routes.py, and what they need."""
