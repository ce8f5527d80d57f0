"""The settings screen: what a person may choose here, and what the clinic has set."""
