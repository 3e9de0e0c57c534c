"""What templates see: the types of values, and the operations and models made of them.

May import from all folders before it. Types are built here once, as data; they become text only where one is written.
"""
