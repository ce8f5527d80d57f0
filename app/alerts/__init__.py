"""Nobody forgotten: who waits and is not acknowledged, how loudly that is told, and when it is told again."""
