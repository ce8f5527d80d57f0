"""The practice clinic's files: routes.py, and what they need."""
