"""Settings of Hypothesis: `make test ARGS="--hypothesis-profile=thousands tests/fuzz/test_mutations.py"`.

No profile measures time, which says more about the machine than about what is tested.
"""

from hypothesis import HealthCheck, settings

settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thousands", settings.get_profile("suite"), max_examples=5000, print_blob=True)
settings.load_profile("suite")
