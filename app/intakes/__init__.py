"""Intakes: what a patient wrote before the visit."""
