"""How this server is spoken to: the path table, the client, the reader. The only home of httpx."""
