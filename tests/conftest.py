"""Settings of Hypothesis: `make test ARGS="--hypothesis-profile=thousands tests/fuzz/test_mutations.py"`."""

from hypothesis import settings

settings.register_profile("thousands", max_examples=5000, deadline=None, print_blob=True)
