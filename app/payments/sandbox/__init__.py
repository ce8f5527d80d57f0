"""The practice clinic's cards, invoices, charges, refunds: routes.py, and what they need."""
