"""What openapi-python-client says of the schemas: its verdict, and its marker for text of the description.

May import from `report`, `description`, `naming`, `checks` and `normalise`. All but `naming/spelling.py`, which takes
the parser's spelling of names, reaches the parser through this folder.
"""
