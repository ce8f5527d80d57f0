"""The commands without a window: `vestibule queue`, `vestibule checkin`, `vestibule outbox`."""
