"""Pharmacies: the clinic's own list and the public registry."""
