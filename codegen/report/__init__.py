"""What a run reports: codes, diagnostics with their places, and hints.

Imports nothing else of codegen, and knows neither OpenAPI nor Python's names.
"""
