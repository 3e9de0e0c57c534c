"""The generator. Its folders tell the flow; each imports only from those before it (tests/repository/test_house.py).

report, description, naming, checks, normalise, parser, model, render, output; and maintainer, which decides no output.
"""
