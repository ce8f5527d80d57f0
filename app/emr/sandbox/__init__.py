"""The practice clinic's medical records and prescriptions: routes.py, and what they need."""
