"""Text is read and written with an encoding that is named: else it is the machine's, and another one on the next."""

import os
import subprocess
import sys


def test_an_encoding_that_is_not_named_is_an_error() -> None:
    """Also in processes that tests start."""
    command = [sys.executable, "-W", "error", "-c", "import sys; open(sys.argv[1])", __file__]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert "EncodingWarning: 'encoding' argument not specified" in done.stderr
    assert sys.flags.warn_default_encoding or "PYTEST_XDIST_WORKER" not in os.environ
