"""The fixtures `once` and `nothing_from_outside`, rare collections of garbage, and profiles of Hypothesis.

No profile measures time, which is the machine's, not the code's.

`make test ARGS="--hypothesis-profile=thousands tests/fuzz/test_mutations.py"` chooses one.
"""

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.authority import impersonate
from tests.support.once import Once

#: Of all processes of the tests but the first: text that is read or written without its encoding is a warning.
os.environ["PYTHONWARNDEFAULTENCODING"] = "1"

settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thousands", settings.get_profile("suite"), max_examples=5000, print_blob=True)
settings.load_profile("suite")


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Start one worker more than there are processors: some tests wait, for a time-out or a process."""
    return (yield) + 1


def pytest_collection_finish() -> None:
    """Let no collection of garbage look through thousands of tests and all modules: that takes a tenth of the run."""
    gc.set_threshold(50_000)


@pytest.fixture(scope="module", autouse=True)
def _few_objects() -> None:
    """Nor a test that collects by itself through what earlier modules left."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Makes what is expensive once for all workers of pytest-xdist, whose folders are within one of the run.

    Hypothesis parses each imported module for its constants, but for those below a folder of this name.
    """
    own = tmp_path_factory.getbasetemp()
    root = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "tests"
    root.mkdir(exist_ok=True)
    return Once(root)


@pytest.fixture(scope="session")
def _certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One certificate loads a hundred times as fast as all of the system's, which each client would load."""
    return impersonate("localhost", tmp_path_factory.mktemp("certificate"))[1]


@pytest.fixture
def nothing_from_outside(monkeypatch: pytest.MonkeyPatch, _certificate: Path) -> None:
    """No key and no settings of whoever runs the tests, and no host on the internet to trust."""
    for name in ("PERSONA_API_KEY", "PERSONA_BASE_URL", "PERSONA_LOG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(_certificate))
