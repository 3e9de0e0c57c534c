"""What a run finds: codes and diagnostics. Knows nothing of OpenAPI."""
