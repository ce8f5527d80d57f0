"""Check-ins: a patient enters a waiting room, kept here and put through exactly once."""
