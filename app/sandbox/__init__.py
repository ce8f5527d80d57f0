"""The practice clinic: a real HTTP server that behaves as the API reference says, over an invented clinic."""
