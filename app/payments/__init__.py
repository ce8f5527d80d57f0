"""Cards, invoices, charges, refunds."""
