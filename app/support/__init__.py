"""What support needs to know of an installation: codes, counts and states, nothing of any person (AUD-03)."""
