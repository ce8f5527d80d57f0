"""People with an account at the clinic."""
