"""The description as written: its text, its places, OpenAPI's objects, and the facts of HTTP.

May import from `report`. Says what stands in a description, not whether it is right nor what becomes of it.
"""
