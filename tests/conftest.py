"""The fixture `once`, and profiles of Hypothesis: none measures time, which is the machine's, not the code's.

`make test ARGS="--hypothesis-profile=thousands tests/fuzz/test_mutations.py"` chooses one.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.support.once import Once

settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thousands", settings.get_profile("suite"), max_examples=5000, print_blob=True)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Makes what is expensive once for all workers of pytest-xdist, whose folders are within one of the run."""
    own = tmp_path_factory.getbasetemp()
    root = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "once"
    root.mkdir(exist_ok=True)
    return Once(root)
