"""Visits: what is in the queue, who waits and for how long."""
