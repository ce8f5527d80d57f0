"""One person's records on this machine, encrypted. The only home of the database."""
