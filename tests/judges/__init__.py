"""Tools that none of us wrote, on our description, the sandbox and the client: `make judges`."""
