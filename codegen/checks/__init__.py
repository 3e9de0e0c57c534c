"""What is wrong or doubtful in a description: one module for each kind of check.

May import from `report`, `description` and `naming`. Changes nothing, but says what to read in place of what cannot be
read.
"""
