"""The practice clinic's devices and readings: routes.py, and what they need."""
