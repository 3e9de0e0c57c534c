"""Let each judge look, and print what it says. Exit status 0: all are content, 1: one is not, 2: one cannot run.

Where there is no Node, the judges that need it do not run, which is said.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from persona_oauth import ApiError, Client
from persona_oauth.testing import Sandbox
from persona_oauth.testing.behaviour import RateLimit
from tests.client.scripted import FakeClock
from tests.sandbox.test_same_results import SCENARIOS, Scene
from tests.support.checkout import ROOT
from tests.support.server import PATIENCE, free_port

HERE = Path(__file__).parent
SPEC = ROOT / "spec" / "openapi.yaml"
#: What Node runs, and what the judges leave behind.
NODE = ROOT / ".cache" / "judges"
#: Requests in a minute that Schemathesis may send.
MANY = RateLimit(requests=1_000_000, seconds=60)


def main() -> int:
    """Run them all, however many are discontent."""
    parser = argparse.ArgumentParser(prog="make judges", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--schemathesis", type=Path, required=True, help="its command")
    options = parser.parse_args()
    NODE.mkdir(parents=True, exist_ok=True)
    verdicts = {"Schemathesis": schemathesis(options.schemathesis)}
    if problem := install():
        print(f"Redocly, Spectral and Prism did not run: {problem}", flush=True)
    else:
        verdicts |= {"Redocly": redocly(), "Spectral": spectral(), "Prism": prism()}
    print(
        *(f"{judge}: {'content' if is_content else 'DISCONTENT'}" for judge, is_content in verdicts.items()), sep="\n"
    )
    return 0 if all(verdicts.values()) else 1


def install() -> str:
    """Install what Node runs, unless it is there; the reason why that can't be done, or nothing."""
    if not shutil.which("npm"):
        return "there is no npm on this machine (apt-get install npm)"
    lock = HERE / "package-lock.json"
    if (NODE / "installed.json").exists() and (NODE / "installed.json").read_bytes() == lock.read_bytes():
        return ""
    print("Installing Redocly, Spectral and Prism, once, in about a minute …", flush=True)
    for name in ("package.json", lock.name):
        shutil.copy(HERE / name, NODE)
    if said("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"):
        shutil.copy(lock, NODE / "installed.json")
        return ""
    return "npm ci failed (see above)"


def said(*command: str | Path, **variables: str) -> bool:
    """Run a command, whose words go to the terminal; whether it ended well."""
    print(f"--- {Path(command[0]).name} {command[1]}", flush=True)
    environment = {**os.environ, **variables}
    return subprocess.run(command, cwd=NODE, env=environment, check=False).returncode == 0


def tool(name: str) -> Path:
    """A command that Node runs."""
    return NODE / "node_modules" / ".bin" / name


# --- the judges


def schemathesis(command: Path) -> bool:
    """All of its checks, against a sandbox behind a socket."""
    sandbox = Sandbox()
    sandbox.organization.sandbox.rate_limit = MANY
    with sandbox.serve() as server:
        return said(
            command.absolute(),
            "run",
            SPEC,
            f"--url={server.url}",
            f"--header=Authorization: Bearer {sandbox.api_key}",
            "--checks=all",
            "--max-examples=100",
            "--seed=1",
            "--no-color",
            SANDBOX_ORGANIZATION=sandbox.organization_id,
            SCHEMATHESIS_HOOKS="tests.judges.hooks",
            PYTHONPATH=str(ROOT),
        )


def redocly() -> bool:
    """Its recommended rules, warnings as errors."""
    return said(tool("redocly"), "lint", "--extends=recommended-strict", SPEC, REDOCLY_TELEMETRY="off")


def spectral() -> bool:
    """All of its rules."""
    return said(
        tool("spectral"),
        "lint",
        f"--ruleset={HERE / 'ruleset.yaml'}",
        "--fail-severity=hint",
        "--display-only-failures",
        SPEC,
    )


def prism() -> bool:
    """Between client and sandbox it validates each request and each answer; and it answers the client by itself."""
    return is_content_with_the_mock() and is_content_between()


def is_content_between() -> bool:
    """Play all scenarios of the tests through it. It is a judge of answers that the description declares: no 5xx."""
    violations: list[str] = []
    names: list[str] = []

    def judge(response: httpx2.Response) -> None:
        names.append(str(response.status_code))
        if response.status_code < 500 and (found := response.headers.get("sl-violations")):
            violations.append(f"{response.request.url.path} {response.status_code}: {found}")

    port = free_port()
    with started("proxy", SPEC, f"http://127.0.0.1:{port}/api/v1") as url:
        for scenario in SCENARIOS:
            clock = FakeClock()
            scene = Scene(Sandbox(clock=clock.time), clock)
            with scene.sandbox.serve(port):
                calls, _ = scenario(scene)
                options = {"api_key": scene.sandbox.api_key, **scene.settings, "max_retries": 0, "total_timeout": 5}
                http_client = httpx2.Client(event_hooks={"response": [judge]}, trust_env=False)
                with http_client, Client(base_url=url, http_client=http_client, **options) as client:
                    for name, arguments in calls:
                        outcome_of(client, name, **arguments)
    print(
        *violations,
        f"Prism saw {len(names)} answers in {len(SCENARIOS)} scenarios, {len(violations)} violations",
        sep="\n",
    )
    return not violations


def is_content_with_the_mock() -> bool:
    """Its mock takes what the client sends, and the client reads what it makes up."""
    with started("mock", SPEC) as url, Client("persona_sandbox_key", base_url=url) as client:
        errors = [
            outcome_of(client, "create_authorization", client_id="org_1", scope="inquiry.read:inq_1"),
            outcome_of(client, "create_access_token", code="a"),
            outcome_of(client, "create_access_token", client_assertion="a.b.c"),
        ]
    print(*filter(None, errors), f"Prism's mock took {errors.count(None)} of {len(errors)} calls", sep="\n")
    return not any(errors)


def outcome_of(client: Client, name: str, **arguments: object) -> ApiError | None:
    """Make a call; the error, if it fails."""
    try:
        getattr(client.oauth, name)(**arguments)
    except ApiError as error:
        return error
    return None


@contextmanager
def started(*arguments: str | Path) -> Iterator[str]:
    """Start Prism; its URL."""
    command = [tool("prism"), *arguments, f"--port={free_port()}"]
    print(f"--- prism {arguments[0]}", flush=True)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8") as process:
        assert process.stdout is not None
        try:
            lines = iter(process.stdout.readline, "")
            yield next(found[0] for line in lines if (found := re.search(r"(?<=listening on )http\S+", line)))
        finally:
            process.kill()
            process.communicate(timeout=PATIENCE)


if __name__ == "__main__":
    sys.exit(main())
