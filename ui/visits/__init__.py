"""Visits on screen: the queue table, the patient banner, the facts of a visit."""
