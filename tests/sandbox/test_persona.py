"""What `spec/behaviour.py` says of Persona: codes, tokens, credentials, errors, casings, idempotency, limits."""

from __future__ import annotations

import re
import sys
import time
import uuid
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from persona_oauth.testing import Sandbox
from persona_oauth.testing.behaviour import OAuthClient, RateLimit
from tests.sandbox.wire import TOKEN_URL, Answer, Clock, Wire, at_once
from tests.support.checkout import DISTRIBUTION

OBJECT = "/inquiries/inq_1"


@pytest.fixture
def wire(sandbox: Sandbox) -> Wire:
    """The first organization, which shares."""
    return Wire(sandbox, sandbox.api_key)


@pytest.fixture
def receiver(sandbox: Sandbox) -> Wire:
    """Another organization."""
    return Wire(sandbox, sandbox.add_organization().api_key)


def id_of(wire: Wire) -> str:
    """The organization's id, as the answers name it."""
    return wire.get(OBJECT).headers["Persona-Organization-Id"]


def code_for(receiver: Wire, wire: Wire, scope: str = "inquiry.read:inq_1") -> str:
    """A code that `wire` has made."""
    return str(wire.authorize(id_of(receiver), scope).json["code"])


# --- codes


def test_a_code_becomes_a_token_that_reads_what_is_shared(sandbox: Sandbox, wire: Wire, receiver: Wire) -> None:
    """And nothing else; what it reads is the sharing organization's."""
    made = wire.authorize(id_of(receiver))
    assert (made.status, made.json["expires-in"]) == (201, 599)
    token = receiver.redeem(made.json["code"])
    assert token.status == 201
    value = token.json.pop("access-token")
    assert {**token.json, "access-token": value} == {
        "access-token": value,
        "token-type": "bearer",
        "expires-in": 3599,
        "scope": "inquiry.read:inq_1",
    }
    reader = Wire(sandbox, value)
    assert reader.get(OBJECT).json == {"data": {"type": "inquiry", "id": "inq_1"}}
    assert id_of(reader) == sandbox.organization_id
    assert reader.get("/inquiries/inq_2").title == "Forbidden"
    assert reader.authorize(sandbox.organization_id).title == "Forbidden"


def test_only_the_named_organization_can_redeem_a_code(sandbox: Sandbox, wire: Wire, receiver: Wire) -> None:
    """The code stays good when others try; in the other environment it is not found either."""
    code = code_for(receiver, wire)
    organization = sandbox.behaviour.organizations[id_of(receiver)]
    production = Wire(sandbox, organization.add_api_key("production").value)
    assert [other.redeem(code).status for other in (wire, production, receiver)] == [404, 404, 201]


def test_a_code_is_good_for_one_use(wire: Wire, receiver: Wire) -> None:
    """Of eight requests at the same time, one gets a token."""
    code = code_for(receiver, wire)
    answers = at_once([lambda: receiver.redeem(code)] * 8)
    assert sorted(answer.status for answer in answers) == [201, *7 * [422]]
    refused = next(answer for answer in answers if answer.status == 422)
    assert refused.json == {
        "errors": [
            {
                "title": "Unprocessable entity",
                "details": "The code has been redeemed",
                "source": {"pointer": "/code"},
            }
        ]
    }


@pytest.mark.parametrize(("seconds", "status"), [(598.9, 201), (599.0, 422)])
def test_a_code_expires(clock: Clock, wire: Wire, receiver: Wire, seconds: float, status: int) -> None:
    """When its `expires-in` has passed."""
    code = code_for(receiver, wire)
    clock.now += seconds
    assert receiver.redeem(code).status == status


def test_a_code_can_be_handed_over_without_a_request(sandbox: Sandbox) -> None:
    """For tests of the receiving side."""
    code = sandbox.issue_code(sandbox.add_organization(), client_id=sandbox.organization_id, scope="case.read:case_1")
    assert sandbox.client().oauth.create_access_token(code=code).scope == "case.read:case_1"


# --- tokens


@pytest.mark.parametrize(
    ("scope", "path", "status"),
    [
        ("inquiry.read", OBJECT, 200),
        ("case.read:inq_1", OBJECT, 403),
        ("inquiry.write:inq_1", OBJECT, 403),
        ("account.read:act_1 txn.read:txn_1", "/transactions/txn_1", 200),
        ("inquiry.read:inq_1", "/elsewhere/inq_1", 404),
    ],
)
def test_a_token_reads_what_its_scope_says(
    sandbox: Sandbox, wire: Wire, receiver: Wire, scope: str, path: str, status: int
) -> None:
    token = receiver.redeem(code_for(receiver, wire, scope)).json["access-token"]
    assert Wire(sandbox, token).get(path).status == status


def test_a_token_expires(sandbox: Sandbox, clock: Clock, wire: Wire, receiver: Wire) -> None:
    reader = Wire(sandbox, receiver.redeem(code_for(receiver, wire)).json["access-token"])
    clock.now += 3598.9
    assert reader.get(OBJECT).status == 200
    clock.now += 0.1
    assert reader.get(OBJECT).title == "Token is invalid"


# --- credentials


def test_nobody_is_refused_without_headers(sandbox: Sandbox, wire: Wire) -> None:
    """An answer of 401 has a title only, and none of the headers that tell of the organization."""
    code = code_for(wire, wire)
    for stranger, title in (
        (Wire(sandbox), "Must be authenticated to access this endpoint"),
        (Wire(sandbox, "x"), "Token is invalid"),
    ):
        for answer in (stranger.authorize(sandbox.organization_id), stranger.redeem(code), stranger.get(OBJECT)):
            assert (answer.status, answer.json) == (401, {"errors": [{"title": title}]})
            assert not [name for name in answer.headers if name.lower().startswith(("persona", "rate", "request"))]


def test_a_revoked_key_is_refused(sandbox: Sandbox, wire: Wire) -> None:
    assert wire.get(OBJECT).status == 200
    sandbox.organization.api_keys[0].is_revoked = True
    assert wire.get(OBJECT).title == "Token is invalid"


def test_secrets_are_in_no_repr(sandbox: Sandbox, wire: Wire) -> None:
    """Neither keys nor codes nor tokens nor private keys."""
    client = sandbox.organization.add_client()
    token = wire.redeem(code := code_for(wire, wire)).json["access-token"]
    text = repr([sandbox, sandbox.organization, *sandbox.behaviour.codes.values(), *sandbox.behaviour.tokens.values()])
    for secret in (sandbox.api_key, code, token, client.private_key):
        assert secret not in text


def test_a_client_without_joserfc_says_what_to_install(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `ClientCredentials` does; and none is registered."""
    client = sandbox.organization.add_client()
    monkeypatch.setitem(sys.modules, "joserfc", None)
    for call in (sandbox.organization.add_client, lambda: client.add_key(client.private_key)):
        with pytest.raises(ImportError, match=re.escape(f'needs joserfc: pip install "{DISTRIBUTION}[jwt]"')):
            call()
    assert sandbox.organization.clients == [client]


# --- errors


def test_each_error_has_its_title(sandbox: Sandbox, wire: Wire) -> None:
    assert wire.authorize("org_nobody").title == "Record not found"
    assert wire.redeem("nothing").title == "Record not found"
    assert wire.get("/nothing").title == "Record not found"
    malformed = wire.post("/oauth/token", {"grant-type": "authorization_code"})
    assert (malformed.status, malformed.title) == (422, "Unprocessable entity")
    assert malformed.json["errors"][0]["source"] == {"pointer": "/code"}
    sandbox.organization.is_enabled = False
    assert wire.authorize(sandbox.organization_id).title == "Forbidden"


# --- casings and headers


@pytest.mark.parametrize("names", ["client-id response-type", "client_id response_type", "clientId responseType"])
def test_requests_are_read_in_any_casing(sandbox: Sandbox, wire: Wire, names: str) -> None:
    form = dict(zip(names.split(), (sandbox.organization_id, "code"), strict=True))
    assert wire.post("/oauth/authorize", {**form, "scope": "inquiry.read:inq_1"}).status == 201


@pytest.mark.parametrize(
    ("own", "header", "name"),
    [
        ("kebab", "", "expires-in"),
        ("camel", "", "expiresIn"),
        ("snake", "", "expires_in"),
        ("snake", "camel", "expiresIn"),
        ("camel", "kebab", "expires-in"),
    ],
)
def test_the_casing_is_that_of_the_header_or_else_of_the_key(
    sandbox: Sandbox, own: Any, header: str, name: str
) -> None:
    key = sandbox.organization.add_api_key(key_inflection=own)
    headers = {"Key_Inflection": header} if header else {}
    assert name in Wire(sandbox, key.value).authorize(sandbox.organization_id, **headers).json


def test_headers_tell_of_environment_and_organization(sandbox: Sandbox, wire: Wire) -> None:
    """In errors, too; each request has an id of its own."""
    answers = [wire.get(OBJECT), wire.authorize("org_nobody")]
    for answer in answers:
        assert answer.headers["Persona-Organization-Id"] == sandbox.organization_id
        assert answer.headers["Persona-Environment-Id"] == sandbox.organization.sandbox.id
        assert answer.headers["Request-Id"].startswith("req_")
    assert answers[0].headers["Request-Id"] != answers[1].headers["Request-Id"]


# --- idempotency


def test_the_same_request_gets_the_first_answer(clock: Clock, sandbox: Sandbox, wire: Wire) -> None:
    """Its status and its body, to the byte, for 24 hours; after that it is a new one."""
    first = wire.authorize(sandbox.organization_id, Idempotency_Key="k", Key_Inflection="snake")
    clock.now += 24 * 3600 - 1
    again = wire.authorize(sandbox.organization_id, Idempotency_Key="k")
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["Request-Id"] != first.headers["Request-Id"]
    clock.now += 1
    assert wire.authorize(sandbox.organization_id, Idempotency_Key="k").body != first.body


def test_a_failure_is_stored_too(clock: Clock, wire: Wire, receiver: Wire) -> None:
    """The code that has been redeemed since, with another key, does not change it."""
    code = code_for(receiver, wire)
    missing = wire.redeem(code, Idempotency_Key="k")
    assert receiver.redeem(code).status == 201
    assert wire.redeem(code, Idempotency_Key="k").body == missing.body
    malformed = wire.post("/oauth/token", {"grant-type": "authorization_code"}, Idempotency_Key="m")
    assert malformed.status == 422
    assert wire.post("/oauth/token", {"grant-type": "authorization_code"}, Idempotency_Key="m").body == malformed.body


def test_other_parameters_under_a_key_are_an_error(sandbox: Sandbox, wire: Wire) -> None:
    """And leave what is stored alone."""
    first = wire.authorize(sandbox.organization_id, Idempotency_Key="k")
    other = wire.authorize(sandbox.organization_id, "case.read:case_1", Idempotency_Key="k")
    assert (other.status, other.title) == (400, "Idempotency error")
    assert wire.authorize(sandbox.organization_id, Idempotency_Key="k").body == first.body


def test_a_key_belongs_to_an_environment(sandbox: Sandbox, wire: Wire, receiver: Wire) -> None:
    """Another organization's is another one; two API keys of one environment share theirs."""
    first = wire.authorize(sandbox.organization_id, Idempotency_Key="k")
    assert receiver.authorize(sandbox.organization_id, Idempotency_Key="k").body != first.body
    same = Wire(sandbox, sandbox.organization.add_api_key().value)
    assert same.authorize(sandbox.organization_id, Idempotency_Key="k").body == first.body


def test_refusals_before_that_layer_are_not_stored(clock: Clock, sandbox: Sandbox) -> None:
    """After a 401 and a 429, the same key runs for real."""
    key = sandbox.organization.add_api_key(rate_limit=RateLimit(requests=1, seconds=10))
    wire = Wire(sandbox, key.value)
    key.is_revoked = True
    assert wire.authorize(sandbox.organization_id, Idempotency_Key="k").status == 401
    key.is_revoked = False
    assert wire.get(OBJECT).status == 200
    assert wire.authorize(sandbox.organization_id, Idempotency_Key="k").status == 429
    clock.now += 10
    assert wire.authorize(sandbox.organization_id, Idempotency_Key="k").status == 201


def test_an_error_that_a_test_asks_for_is_stored(sandbox: Sandbox, wire: Wire) -> None:
    """A 5xx is replayed; another key does the work."""
    sandbox.fail_next(status=503)
    assert wire.authorize(sandbox.organization_id, Idempotency_Key="k").status == 503
    assert wire.authorize(sandbox.organization_id, Idempotency_Key="k").status == 503
    assert wire.authorize(sandbox.organization_id, Idempotency_Key="l").status == 201


@pytest.mark.parametrize("status", [401, 429])
def test_one_that_comes_before_that_layer_is_not(sandbox: Sandbox, wire: Wire, status: int) -> None:
    sandbox.fail_next(status=status)
    refused = wire.authorize(sandbox.organization_id, Idempotency_Key="k")
    assert (refused.status, "RateLimit-Reset" in refused.headers) == (status, status == 429)
    assert wire.authorize(sandbox.organization_id, Idempotency_Key="k").status == 201


# --- rate limits


def limits(answer: Answer) -> list[int]:
    """Limit, remaining and reset."""
    return [int(answer.headers[f"RateLimit-{name}"]) for name in ("Limit", "Remaining", "Reset")]


def test_the_headers_tell_of_the_closer_limit(clock: Clock, sandbox: Sandbox) -> None:
    """That of the key, until that of the environment has less left."""
    environment = sandbox.organization.sandbox
    environment.rate_limit = RateLimit(requests=4, seconds=60)
    own = Wire(sandbox, sandbox.organization.add_api_key(rate_limit=RateLimit(requests=3, seconds=10)).value)
    other = Wire(sandbox, sandbox.api_key)
    assert limits(own.get(OBJECT)) == [3, 2, 10]
    clock.now += 4.5
    assert limits(other.get(OBJECT)) == [4, 2, 56]
    assert limits(other.get(OBJECT)) == [4, 1, 56]
    assert limits(own.get(OBJECT)) == [4, 0, 56]
    refused = own.get(OBJECT)
    assert (refused.status, refused.title) == (429, "Rate limit exceeded")
    assert limits(refused) == [4, 0, 56]
    clock.now += 55.5
    assert limits(own.get(OBJECT)) == [3, 2, 10]


def test_a_refused_request_does_not_count(clock: Clock, sandbox: Sandbox) -> None:
    """Of the key's limit, the environment's request is not taken."""
    key = sandbox.organization.add_api_key(rate_limit=RateLimit(requests=1, seconds=10))
    own, other = Wire(sandbox, key.value), Wire(sandbox, sandbox.api_key)
    assert [own.get(OBJECT).status for _ in range(4)] == [200, 429, 429, 429]
    assert limits(other.get(OBJECT))[:2] == [300, 298]
    assert limits(Wire(sandbox, sandbox.add_organization().api_key).get(OBJECT))[:2] == [300, 299]


# --- assertions

EC_KEY = ec.generate_private_key(ec.SECP256R1())


def signed(client: OAuthClient, key: Any = EC_KEY, algorithm: str = "ES256", **claims: Any) -> str:
    """An assertion, by another JWT library than the sandbox has; a claim that is None is left out."""
    now = int(time.time())
    usual = {
        "iss": client.id,
        "sub": client.id,
        "aud": TOKEN_URL,
        "iat": now,
        "exp": now + 240,
        "jti": str(uuid.uuid4()),
    }
    return jwt.encode({name: value for name, value in {**usual, **claims}.items() if value is not None}, key, algorithm)


@pytest.fixture
def client(sandbox: Sandbox) -> OAuthClient:
    """A client of the first organization."""
    return sandbox.organization.add_client(EC_KEY.public_key(), scope="inquiry.read account.read")


def test_an_assertion_becomes_a_token(sandbox: Sandbox, client: OAuthClient) -> None:
    """Without an API key."""
    answer = Wire(sandbox).exchange(signed(client))
    assert answer.status == 201
    assert (answer.json["token-type"], answer.json["expires-in"]) == ("Bearer", 900)
    assert answer.json["scope"] == "inquiry.read account.read"
    assert answer.headers["Persona-Organization-Id"] == sandbox.organization_id
    reader = Wire(sandbox, answer.json["access-token"])
    assert [reader.get(path).status for path in (OBJECT, "/accounts/act_1", "/cases/case_1")] == [200, 200, 403]


def test_an_assertion_of_an_rsa_key_does_too(sandbox: Sandbox) -> None:
    """Registered as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    client = sandbox.organization.add_client(public.decode())
    assert Wire(sandbox).exchange(signed(client, key, "RS256")).status == 201


def test_a_scope_is_part_of_the_clients(sandbox: Sandbox, client: OAuthClient) -> None:
    narrow = Wire(sandbox).exchange(signed(client), "account.read")
    assert narrow.json["scope"] == "account.read"
    assert Wire(sandbox).exchange(signed(client), "account.read case.read").title == "Forbidden"


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "oc_other"),
        ("sub", None),
        ("aud", "https://withpersona.com/api/v1/oauth/token"),
        ("aud", None),
        ("exp", 1_700_000_000),
        ("exp", 9_999_999_999),
        ("exp", None),
        ("exp", "soon"),
        ("iat", None),
        ("jti", None),
        ("jti", ""),
    ],
)
def test_a_wrong_claim_is_named(sandbox: Sandbox, client: OAuthClient, claim: str, value: Any) -> None:
    answer = Wire(sandbox).exchange(signed(client, **{claim: value}))
    assert (answer.status, answer.title) == (400, "Bad Request")
    assert answer.json["errors"][0]["meta"] == {"claim": claim}


def test_a_signature_of_another_key_is_refused(sandbox: Sandbox, client: OAuthClient) -> None:
    """And so is no JWT at all, and one that says it needs no signature."""
    other = ec.generate_private_key(ec.SECP256R1())
    unsigned = jwt.encode({"iss": client.id}, "", "none")
    for assertion in (signed(client, other), unsigned, "nothing", f"{signed(client)}x"):
        answer = Wire(sandbox).exchange(assertion)
        assert (answer.status, answer.headers.get("Request-Id")) == (401, None)


def test_an_assertion_is_repeated_under_its_key_only(sandbox: Sandbox, client: OAuthClient) -> None:
    """The same one under the same key gets the stored token; under another, its `jti` came before."""
    assertion, wire = signed(client), Wire(sandbox)
    first = wire.exchange(assertion, Idempotency_Key="k")
    assert wire.exchange(assertion, Idempotency_Key="k").body == first.body
    assert wire.exchange(signed(client), Idempotency_Key="k").title == "Idempotency error"
    assert wire.exchange(assertion, Idempotency_Key="l").title == "Record not unique"


def test_a_client_gets_a_key_of_its_own(sandbox: Sandbox) -> None:
    """So a test needs no cryptography."""
    client = sandbox.organization.add_client()
    assert Wire(sandbox).exchange(signed(client, client.private_key)).status == 201


def test_another_method_of_a_path_is_refused_whatever_its_key(sandbox: Sandbox, wire: Wire) -> None:
    """With the methods that there are (RFC 9110, 15.5.6); what stands under an idempotency key is of an operation."""
    wire.authorize(sandbox.organization_id, Idempotency_Key="k")
    answer = wire.send("PUT", "/oauth/authorize", headers={"Idempotency-Key": "k"})
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
