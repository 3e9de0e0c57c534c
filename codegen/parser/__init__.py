"""The one place that touches openapi-python-client."""
