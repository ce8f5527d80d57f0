"""What every feature stands on: collections, polling, connection, tasks, time. No network, no feature."""
