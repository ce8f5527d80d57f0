"""Where a user is notified, and of what."""
