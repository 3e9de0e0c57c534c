"""From the names in a description to names in Python, in the spelling of the parser.

May import from `report` and `description`; knows names only, not the objects that have them.
"""
