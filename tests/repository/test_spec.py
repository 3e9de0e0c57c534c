"""The description: valid OpenAPI, consistent in itself, and told in full by the methods of the client.

The generated client is judged by its own signatures, in both directions, so that neither side can grow alone.
A failure here is mended in spec/openapi.yaml, followed by `make generate`.
"""

from __future__ import annotations

import datetime
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_overloads

import jsonschema
import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

import persona_oauth

SPEC = Path(__file__).parents[2] / "spec" / "openapi.yaml"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
ERRORS = {"400", "401", "403", "404", "409", "422", "429"}
HEADERS = {
    "Request-Id",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Persona-Environment-Id",
    "Persona-Organization-Id",
}
SECRETS = {"access-token", "code", "client-assertion"}
# Arguments of every method that are about the call itself and not about the API.
CALL_OPTIONS = {"timeout", "total_timeout", "max_retries", "extra_headers"}
# Keywords whose values are data of the API, in which a key like `$ref` or `description` means nothing.
DATA = {"default", "const", "enum", "example", "examples"}
CLIENTS = (persona_oauth.Client, persona_oauth.AsyncClient)

AnyClient = type[persona_oauth.Client] | type[persona_oauth.AsyncClient]


class Operation(NamedTuple):
    """An operation of the description."""

    pointer: str
    data: dict[str, Any]

    @property
    def method_name(self) -> str:
        return python_name(self.data["operationId"])

    @property
    def parameters(self) -> list[dict[str, Any]]:
        return [resolve(parameter) for parameter in self.data.get("parameters", [])]

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        return {status: resolve(answer) for status, answer in self.data["responses"].items()}

    @property
    def body_variants(self) -> list[dict[str, Any]]:
        """The schemas of the body: several for a `oneOf`, none without a body."""
        content = resolve(self.data.get("requestBody", {})).get("content", {})
        schemas = [resolve(media_type["schema"]) for media_type in content.values()]
        return [resolve(variant) for schema in schemas for variant in schema.get("oneOf", [schema])]


class Sample(NamedTuple):
    """An example or a default, and the pointer of the schema that it has to fit."""

    pointer: str
    schema: str
    value: Any


def python_name(name: str) -> str:
    """`Key-Inflection` is `key_inflection` in Python, the tag `OAuth` is `oauth`."""
    return re.sub(r"\W+", "_", name).lower()


def resolve(part: dict[str, Any]) -> dict[str, Any]:
    """`part`, or the component that its `$ref` leads to."""
    if "$ref" not in part:
        return part
    target: Any = DOCUMENT
    for token in part["$ref"].removeprefix("#/").split("/"):
        target = target[token]
    return resolve(target)


def walk(node: Any, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping of the description with its JSON pointer; data of the API is left out."""
    if isinstance(node, dict):
        mapping: dict[str, Any] = node
        yield pointer, mapping
        for key, child in mapping.items():
            if key not in DATA or pointer.endswith("/properties"):
                yield from walk(child, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(node, list):
        children: list[Any] = node
        for index, child in enumerate(children):
            yield from walk(child, f"{pointer}/{index}")


def samples() -> Iterator[Sample]:
    """Every example and default, of a schema as well as beside one (in a media type, a parameter, a header)."""
    for pointer, node in walk(DOCUMENT):
        if pointer.endswith("/properties"):
            continue
        schema = f"{pointer}/schema" if "schema" in node else pointer
        for key in ("default", "example"):
            if key in node:
                yield Sample(f"{pointer}/{key}", schema, node[key])
        for name, value in examples_of(node).items():
            yield Sample(f"{pointer}/examples/{name}", schema, value)


def examples_of(node: dict[str, Any]) -> dict[str, Any]:
    """The values of `examples`: OpenAPI names each of them, JSON Schema numbers them."""
    if "schema" in node:
        return {name: example["value"] for name, example in node.get("examples", {}).items()}
    return {str(index): value for index, value in enumerate(node.get("examples", []))}


def operations() -> Iterator[Operation]:
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in item:
                yield Operation(f"{method.upper()} {path}", item[method])


def api_of(client: AnyClient, tag: str) -> object:
    """What a client offers for a tag. Nothing is sent, so nothing needs to be closed."""
    return getattr(client(api_key="persona_sandbox_unused"), python_name(tag))


def public_methods(api: object) -> dict[str, Callable[..., object]]:
    return {name: method for name, method in inspect.getmembers(api, callable) if not name.startswith("_")}


def signatures(method: Callable[..., object]) -> list[Mapping[str, inspect.Parameter]]:
    """The parameters of a method; of each overload, where there are several."""
    return [inspect.signature(one).parameters for one in get_overloads(method) or [method]]


def defaults_of(parameters: Mapping[str, inspect.Parameter]) -> dict[str, object]:
    """The defaults of what the description knows."""
    return {name: parameter.default for name, parameter in parameters.items() if name not in CALL_OPTIONS}


def expected_defaults(operation: Operation, variant: dict[str, Any]) -> dict[str, object]:
    """The arguments that the description asks for, and their defaults; `empty` where there is none."""
    defaults: dict[str, object] = {}
    for parameter in operation.parameters:
        # A header that a call leaves out differs from its default: the client may have another one for all calls.
        is_of_client = parameter["in"] == "header" and parameter["name"] != "Idempotency-Key"
        absent = inspect.Parameter.empty if parameter.get("required") else None
        default = parameter["schema"].get("default", absent)
        defaults[python_name(parameter["name"])] = persona_oauth.UNSET if is_of_client else default
    for name, schema in variant["properties"].items():
        absent = inspect.Parameter.empty if name in variant["required"] else None
        defaults[python_name(name)] = resolve(schema).get("default", absent)
    return defaults


DOCUMENT: dict[str, Any] = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
OPERATIONS = list(operations())
SAMPLES = list(samples())

each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.data["operationId"])
each_client = pytest.mark.parametrize("client", CLIENTS)


def test_valid() -> None:
    """The description is valid OpenAPI 3.1."""
    assert [error.message for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_yaml_version() -> None:
    """YAML 1.1 reads the description as YAML 1.2 does: no key is a number, and nothing unquoted is a date."""
    keys: list[Any] = [key for _, node in walk(DOCUMENT) for key in node]
    assert [key for key in keys if not isinstance(key, str)] == []
    assert [sample for sample in SAMPLES if isinstance(sample.value, datetime.date)] == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.pointer)
def test_sample_fits(sample: Sample) -> None:
    """An example or a default fits its schema."""
    # The description around the schema is what the schema's own references lead into.
    schema = {**DOCUMENT, "$ref": f"#{sample.schema}"}
    jsonschema.validate(sample.value, schema, cls=jsonschema.Draft202012Validator)


def test_media_types_have_examples() -> None:
    """Every body and every answer shows an example."""
    media_types = [item for pointer, node in walk(DOCUMENT) if pointer.endswith("/content") for item in node.values()]
    assert media_types
    assert all(media_type["examples"] for media_type in media_types)


def test_backticks() -> None:
    """Every backtick in a text has its partner, so that the rendered Markdown keeps its shape."""
    texts = [(pointer, node.get(key)) for pointer, node in walk(DOCUMENT) for key in ("summary", "description")]
    assert [pointer for pointer, text in texts if isinstance(text, str) and text.count("`") % 2] == []


def test_described() -> None:
    """Whatever the documentation lists has a description: parameters, answers, headers, fields, servers and tags."""
    parents = re.compile(r"/(parameters|responses|headers|schemas|properties|securitySchemes|servers|tags)/[^/]+$")
    listed = [(pointer, resolve(node)) for pointer, node in walk(DOCUMENT) if parents.search(pointer)]
    assert [pointer for pointer, node in listed if not node.get("description")] == []


def test_components_are_used() -> None:
    """No component lies around unused."""
    used = {node["$ref"] for _, node in walk(DOCUMENT) if "$ref" in node}
    used |= {f"#/components/securitySchemes/{name}" for one in DOCUMENT["security"] for name in one}
    components = {f"#/components/{kind}/{name}" for kind, named in DOCUMENT["components"].items() for name in named}
    assert components == used


def test_secrets_are_marked() -> None:
    """Fields that hold a secret say so, which keeps their values out of every repr and message."""
    fields = [item for pointer, node in walk(DOCUMENT) if pointer.endswith("/properties") for item in node.items()]
    secrets = [(name, schema) for name, schema in fields if name.replace("_", "-") in SECRETS]
    assert {name for name, _ in secrets} >= {"access-token", "code"}
    assert [name for name, schema in secrets if schema.get("format") != "password"] == []


def test_operation_ids_are_unique() -> None:
    """No two operations become the same method."""
    assert len({operation.method_name for operation in OPERATIONS}) == len(OPERATIONS) > 0


@each_operation
def test_operation_is_told(operation: Operation) -> None:
    """An operation has an id, summary and description, and a tag that the description lists."""
    assert all(operation.data[key] for key in ("operationId", "summary", "description"))
    assert len(operation.data["tags"]) == 1
    assert operation.data["tags"][0] in [tag["name"] for tag in DOCUMENT["tags"]]


@each_operation
def test_operation_is_secured(operation: Operation) -> None:
    """An operation says what it is authorized by, in terms of declared schemes."""
    security = operation.data.get("security", DOCUMENT["security"])
    schemes = {name for alternative in security for name in alternative}
    assert schemes
    assert schemes <= DOCUMENT["components"]["securitySchemes"].keys()


@each_operation
def test_operation_succeeds(operation: Operation) -> None:
    """An operation declares a JSON answer of 2xx with a schema of its own name."""
    succeeded = [answer for status, answer in operation.answers.items() if status.startswith("2")]
    assert succeeded
    assert all("$ref" in answer["content"]["application/json"]["schema"] for answer in succeeded)


@each_operation
def test_operation_fails(operation: Operation) -> None:
    """An operation declares the errors that Persona documents, all with the one envelope."""
    failed = {status: answer for status, answer in operation.answers.items() if not status.startswith("2")}
    assert failed.keys() == ERRORS
    schemas = [answer["content"]["application/json"]["schema"] for answer in failed.values()]
    assert schemas == [{"$ref": "#/components/schemas/ErrorEnvelope"}] * len(ERRORS)


@each_operation
def test_answer_headers(operation: Operation) -> None:
    """All answers carry Persona's headers, save 401, which comes before they are known."""
    for status, answer in operation.answers.items():
        assert answer.get("headers", {}).keys() == (set() if status == "401" else HEADERS), status


@each_operation
def test_body_is_required_and_closed(operation: Operation) -> None:
    """A body is required and refuses what it does not know, as Persona does."""
    assert operation.data["requestBody"]["required"] is True
    assert operation.body_variants
    assert all(variant["additionalProperties"] is False for variant in operation.body_variants)


@each_operation
def test_answers_are_open(operation: Operation) -> None:
    """No answer refuses what it does not know, since new fields may appear at any time."""
    for answer in operation.answers.values():
        schema = resolve(answer["content"]["application/json"]["schema"])
        assert schema.get("additionalProperties", True) is not False


@each_client
@each_operation
def test_operation_has_methods(operation: Operation, client: AnyClient) -> None:
    """Each operation is a method and its twin, which are coroutines in the asynchronous client only."""
    methods = public_methods(api_of(client, operation.data["tags"][0]))
    for name in (operation.method_name, f"{operation.method_name}_with_http_info"):
        assert inspect.iscoroutinefunction(methods[name]) is (client is persona_oauth.AsyncClient), name


@each_client
@pytest.mark.parametrize("tag", [tag["name"] for tag in DOCUMENT["tags"]])
def test_method_has_operation(tag: str, client: AnyClient) -> None:
    """No public method of a tag lacks an operation."""
    names = {operation.method_name for operation in OPERATIONS if tag in operation.data["tags"]}
    twins = {f"{name}_with_http_info" for name in names}
    assert public_methods(api_of(client, tag)).keys() == names | twins


@each_client
@each_operation
@pytest.mark.parametrize("suffix", ["", "_with_http_info"])
def test_signature(operation: Operation, client: AnyClient, suffix: str) -> None:
    """A method takes what the description declares, by keyword, with the description's defaults, and nothing else."""
    method = public_methods(api_of(client, operation.data["tags"][0]))[operation.method_name + suffix]
    for parameters, variant in zip(signatures(method), operation.body_variants, strict=True):
        arguments = {name: parameter for name, parameter in parameters.items() if name != "self"}
        assert {parameter.kind for parameter in arguments.values()} == {inspect.Parameter.KEYWORD_ONLY}
        assert defaults_of(arguments) == expected_defaults(operation, variant)
        assert arguments.keys() >= CALL_OPTIONS
