"""The description as written: its text, its places, the grammar of OpenAPI and the facts of HTTP."""
