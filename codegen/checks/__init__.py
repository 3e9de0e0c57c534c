"""What is wrong or doubtful in a description: one module for each kind of check.

May import from `report`, `description` and `naming`. Reads the description as written and changes nothing.
"""
