"""What a process costs that imports the package, or makes one call with it."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from tests.benchmarks.generating import ROOT
from tests.benchmarks.measuring import Costs, in_turns, run
from tests.benchmarks.server import CLIENT_ID, KEY, SCOPE
from tests.support.checkout import PACKAGE

_OURS = """
from {PACKAGE} import Client
with Client("{KEY}", base_url="{url}") as persona:
    print(persona.oauth.create_authorization(client_id="{CLIENT_ID}", scope="{SCOPE}").code)
"""

_BY_HAND = """
import httpx2, uuid
from pydantic import BaseModel, Field
class CreateAuthorizationRequest(BaseModel):
    client_id: str = Field(serialization_alias="client-id", min_length=1)
    response_type: str = Field(default="code", serialization_alias="response-type")
    scope: str = Field(min_length=1)
class Authorization(BaseModel):
    code: str
    expires_in: int = Field(validation_alias="expires-in")
with httpx2.Client(headers={{"Authorization": "Bearer {KEY}", "Persona-Version": "2023-01-05"}}) as client:
    body = CreateAuthorizationRequest(client_id="{CLIENT_ID}", scope="{SCOPE}").model_dump(by_alias=True)
    answer = client.post("{url}/oauth/authorize", data=body, headers={{"Idempotency-Key": str(uuid.uuid4())}})
    print(Authorization.model_validate_json(answer.content).code)
"""


def measure_cold_start(url: str, rounds: int) -> Costs:
    """`python -c` to the end of the first call: with the package, and with a script by hand that does the same."""
    scripts = {"ours": _OURS, "by hand": _BY_HAND}
    return _measure(
        {
            name: text.format(PACKAGE=PACKAGE, KEY=KEY, url=url, CLIENT_ID=CLIENT_ID, SCOPE=SCOPE)
            for name, text in scripts.items()
        },
        rounds,
    )


def measure_import(rounds: int) -> Costs:
    """`python -c` with one import."""
    return _measure({name: f"import {name}" for name in (PACKAGE, "httpx2")}, rounds)


def _measure(scripts: dict[str, str], rounds: int) -> Costs:
    environment = {"PYTHONPATH": str(ROOT / "generated")}
    return in_turns(
        {
            name: partial(run, [sys.executable, "-c", text], cwd=Path(sys.prefix), environment=environment)
            for name, text in scripts.items()
        },
        rounds,
    )
