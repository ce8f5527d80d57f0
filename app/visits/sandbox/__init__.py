"""The practice clinic's visits, notes, slots: routes.py, and what they need."""
