"""The outbox on screen: what was done and the server has not taken yet."""
