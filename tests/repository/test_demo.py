"""`make demo`: the whole flow against a sandbox, told to a person."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.support.checkout import ROOT
from tests.support.environment import clean
from tests.support.server import PATIENCE

STORY = [
    r"create_authorization\(\): 201",
    r"create_access_token\(\): 201",
    r"= a bearer token for inquiry\.read:\w+, until \d\d:\d\d:\d\d UTC",
    r"create_access_token\(\): 422",
    r"= UnprocessableEntityError: .*The code has been redeemed.*",
    r"GET /inquiries/\w+: 200",
    r"GET /inquiries/\w+: 403",
    r"create_authorization\(\): 201",  # the renewal
    r"create_access_token\(\): 201",
    r"GET /inquiries/\w+: 200",
    r"create_authorization\(\): 201",  # the rate limit
    r"create_authorization\(\): 201",
    r"create_authorization\(\): 429; again in \d\.\d s",
    r"create_authorization\(\): 201",
    r"create_authorization\(\): 201",  # the lost answer
    r"create_access_token\(\): RemoteProtocolError; again in \d\.\d s",
    r"create_access_token\(\): 201",
    r"= a token for inquiry\.read:\w+; Persona has made 1, and redeemed the code once",
]


def test_the_demo_tells_the_whole_flow() -> None:
    """Each call and what comes of it; no secret, no warning."""
    command = ["make", "demo", "READY=", f"PY={sys.executable} -W error"]
    told = subprocess.run(
        command, cwd=ROOT, env=clean(), capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
    )
    assert (told.returncode, told.stderr) == (0, ""), told.stdout
    steps = [line.strip() for line in told.stdout.splitlines() if re.match(r"  (\w+\(\):|GET|=)", line)]
    assert [step for step, expected in zip(steps, STORY, strict=True) if not re.fullmatch(expected, step)] == []
    assert not re.search("persona_(sandbox|production|access_token)_", told.stdout)
