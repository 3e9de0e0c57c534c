"""The Python on every page, run exactly as printed, in the order of the page.

It calls Persona's own address over TLS. Nothing in it is replaced: the standard environment variables name a proxy,
which is a server of this test, and the certificate to trust.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from inspect import signature
from pathlib import Path
from textwrap import dedent

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.authority import impersonate
from tests.support.checkout import PACKAGE, ROOT, Checkout
from tests.support.server import PATIENCE, Answer, Received, Server

API_KEY = "persona_sandbox_5ed1b2a4-0000-4000-8000-6a1f2f3d4c5b"
AUTHORIZATION = {"code": "Vd7kPw2X", "expires-in": 599}
ACCESS_TOKEN = {"access-token": "tok_1", "token-type": "bearer", "expires-in": 3599, "scope": "inquiry.read:inq_1"}
ROUTES = {"/api/v1/oauth/authorize": Answer(201, AUTHORIZATION), "/api/v1/oauth/token": Answer(201, ACCESS_TOKEN)}
AUTHORIZE, TOKEN = (f"POST {path} HTTP/1.1" for path in ROUTES)
LINES = {"create_authorization": AUTHORIZE, "create_access_token": TOKEN}
DOCUMENTATION = "generated/docs/OAuthApi.md"

Run = Callable[..., tuple[str, list[Received]]]


def python_of(page: str, containing: str = "", without: tuple[str, ...] = ()) -> str:
    """The blocks of Python on a page (that contain something, or don't), as one script; pytest runs its tests."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    programs = [block for block in blocks if "\ndef test_" not in block]  # test_newcomer.py
    wanted = [block for block in programs if containing in block and not any(text in block for text in without)]
    assert wanted
    return "\n".join(wanted)


def called(code: str) -> list[str]:
    """The request lines of the calls that stand in the code."""
    return [LINES[name] for name in re.findall(r"client\.oauth\.(\w+?)(?:_with_http_info)?\(", code)]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs Python of a page; gives what it printed and the requests that it sent."""

    def run(code: str, routes: dict[str, Answer] = ROUTES) -> tuple[str, list[Received]]:
        script = tmp_path / "example.py"
        script.write_text(code, encoding="utf-8")
        tls, trusted = impersonate("api.withpersona.com", tmp_path)
        with Server(choose=lambda request: routes.get(request.target), tls=tls) as server:
            result = subprocess.run(
                [sys.executable, "-W", "error", script],
                cwd=tmp_path,
                env=environment(server.address, trusted),
                capture_output=True,
                encoding="utf-8",
                timeout=PATIENCE,
                check=False,
            )
        assert (result.returncode, result.stderr) == (0, "")
        return result.stdout, server.requests

    return run


def environment(proxy: str, trusted: Path) -> dict[str, str]:
    """What a person sets whose network has a proxy of its own, and the API key."""
    outer = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return {
        **outer,
        "PYTHONPATH": str(ROOT / "generated"),
        "PERSONA_API_KEY": API_KEY,
        "HTTPS_PROXY": f"http://{proxy}",
        "SSL_CERT_FILE": str(trusted),
    }


def lines(requests: list[Received]) -> list[str]:
    """The request lines, once it is certain that each went to Persona, and with the key unless with an assertion."""
    for request in requests:
        headers = dict(request.headers)
        key = None if b"client_assertion=" in request.body else f"Bearer {API_KEY}"
        assert (headers["Host"], headers.get("Authorization")) == ("api.withpersona.com", key)
    return [request.line for request in requests]


def test_the_maintainers_readme(run: Run) -> None:
    """Its example runs as printed, against the sandbox, and prints what stands below it."""
    printed, requests = run(python_of("README.md"))
    shown = (ROOT / "README.md").read_text(encoding="utf-8").split("```text\n")[1].split("```\n")[0]
    made_up = re.compile(r"req_\w+")
    assert made_up.sub("req_", printed) == made_up.sub("req_", shown)
    assert requests == []


def test_a_mistake_is_told_as_the_maintainers_readme_shows(tmp_path: Path) -> None:
    """At its place in our own description, in these words; the line is another one after each edit above it."""
    checkout = Checkout.copy(tmp_path / "checkout")
    name = "#/components/parameters/KeyInflection"
    text = checkout.spec.read_text(encoding="utf-8")
    checkout.spec.write_text(text.replace(name, name.replace("ct", "x"), 1), encoding="utf-8")
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    shown, told = dedent(page.split("   ```text\n")[1].split("   ```\n")[0]), checkout.run().stderr
    place = re.compile(r"(?<=^spec/openapi\.yaml:)\d+")
    assert place.sub("N", shown) == place.sub("N", told)


def test_the_integrators_readme(run: Run) -> None:
    """All its blocks run, in their order; those on tokens and on the sandbox in the next tests."""
    code = python_of("generated/README.md", without=(f"{PACKAGE}.auth", f"{PACKAGE}.testing"))
    printed, requests = run(code)
    assert lines(requests) == called(code) != []
    for line in re.findall(r"^print\(.*\)  # (.*)$", code, re.MULTILINE):
        assert line in printed.splitlines()


def test_the_sandbox_of_the_integrators_readme(run: Run) -> None:
    """Its blocks exchange a code and record it, without an account and without a request to the service."""
    code = python_of("generated/README.md", containing=f"{PACKAGE}.testing")
    printed, requests = run(code)
    assert requests == []
    assert called(code) == [AUTHORIZE, TOKEN]
    *ends, recorded = printed.splitlines()
    assert len(ends) == code.count("result.expires_at)") == 2
    assert recorded == "[]"


def test_the_tokens_of_the_integrators_readme(run: Run, tmp_path: Path) -> None:
    """Its blocks on tokens get one for an assertion, without the API key, and one for a code; and use them."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "client.pem").write_bytes(pem)
    code = python_of("generated/README.md", containing=f"{PACKAGE}.auth")
    printed, requests = run(code, {**ROUTES, "/api/v1/anything/else": Answer(200, {})})
    use = "GET /api/v1/anything/else HTTP/1.1"
    assert [(request.line, dict(request.headers).get("Authorization")) for request in requests] == [
        (TOKEN, None),
        (use, "Bearer tok_1"),
        (TOKEN, f"Bearer {API_KEY}"),
        (use, "Bearer tok_1"),
    ]
    assert requests[0].body.startswith(b"grant_type=client_credentials&")
    assert printed == "200\n200\n"


def test_the_documentation(run: Run) -> None:
    """Each operation's examples: sync, async and with the information about the answer."""
    code = python_of(DOCUMENTATION)
    printed, requests = run(code)
    assert lines(requests) == called(code)
    assert all(called(code).count(line) >= 3 for line in LINES.values())
    assert len(printed.splitlines()) == code.count("print(result.expires_at)") > 0
    assert str(ACCESS_TOKEN["access-token"]) not in printed


def test_an_example_can_be_pasted_into_a_program(run: Run) -> None:
    """Each call has a key of its own, so that none is taken for a repetition, and the version that is the default."""
    _, requests = run(python_of(DOCUMENTATION))
    headers = [dict(request.headers) for request in requests]
    assert len({one["Idempotency-Key"] for one in headers}) == len(requests)
    assert {one["Persona-Version"] for one in headers} == {"2023-01-05"}


def test_the_documentation_when_the_calls_fail(run: Run) -> None:
    """The examples that catch an error print what the server said."""
    code = python_of(DOCUMENTATION, containing=f"except {PACKAGE}.ApiError")
    refusal = Answer(401, {"errors": [{"title": "Token is invalid"}]})
    printed, requests = run(code, dict.fromkeys(ROUTES, refusal))
    assert lines(requests) == called(code)
    assert printed.count(" failed: 401 Unauthorized: Token is invalid\n") == len(requests)


SECTIONS = [
    "Example",
    "Using the {}_with_http_info variant",
    "Parameters",
    "Return type",
    "Authorization",
    "HTTP request headers",
    "Errors",
    "Response headers",
]


@pytest.mark.parametrize("name", LINES)
def test_the_documentation_tells_all_about_an_operation(name: str) -> None:
    """Each has every section in the same order, and a row for each argument that its method takes."""
    api = import_module(f"{PACKAGE}.api.oauth")
    page = (ROOT / DOCUMENTATION).read_text(encoding="utf-8")
    section = re.split(r"^##? ", page.partition(f"\n## {name}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    # Where an operation has variants, each has its name behind a colon.
    titles = dict.fromkeys(re.findall(r"^###+ ([^:\n]*)", section, re.MULTILINE))
    assert list(titles) == [title.format(name) for title in SECTIONS]
    tables = re.findall(r"^### Parameters.*?(?=^### )", section, re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| \*\*(\w+)\*\* \| `", "".join(tables), re.MULTILINE)
    assert set(rows) == signature(getattr(api.OAuthApi, name)).parameters.keys() - {"self"}


def test_a_model_is_linked_where_it_is_explained() -> None:
    """Not to a section that happens to have the same heading: Authorization is a model and a section, too."""
    page = (ROOT / DOCUMENTATION).read_text(encoding="utf-8")
    operations, models = page.split("\n# Models\n")
    links = re.findall(r"\[`+([A-Za-z]+)[^\]]*\]\(#([^)]*)\)", operations)
    assert links
    for model, anchor in links:
        assert anchors(operations).isdisjoint({anchor}), model
        assert anchor in anchors(models), model


@pytest.mark.parametrize("page", ["README.md", "templates/README.md", "generated/README.md", DOCUMENTATION])
def test_links_within_the_repository_lead_somewhere(page: str) -> None:
    """Each relative link names a file, and each anchor a heading of it."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(((?!https?:)[^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file.read_text(encoding="utf-8")), target


def anchors(page: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
