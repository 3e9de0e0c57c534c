"""The description: valid OpenAPI, and told in full by the methods of the client.

Outside judges read it, and the generated client is judged by its own signatures, in both directions, so that neither
side can grow alone. What every operation has to have beyond this are the rules in `x-python`, which `make generate`
holds; so a failure here is a mistake of the generator, or of what the outside judges see and it does not.
"""

from __future__ import annotations

import builtins
import datetime
import importlib
import inspect
import keyword
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, get_overloads

import jsonschema
import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from codegen.checks.rules import FORMS
from tests.support.checkout import ROOT

DOCUMENT: dict[str, Any] = yaml.safe_load((ROOT / "spec" / "openapi.yaml").read_text(encoding="utf-8"))
PACKAGE: Any = importlib.import_module(DOCUMENT["x-python"]["package"])
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Arguments of every method that are about the call itself and not about the API.
CALL_OPTIONS = {"timeout", "total_timeout", "max_retries", "extra_headers"}
# Keywords whose values are data of the API, in which a key like `$ref` or `description` means nothing.
DATA = {"default", "const", "enum", "example", "examples"}
CLIENTS = (PACKAGE.Client, PACKAGE.AsyncClient)


class Operation(NamedTuple):
    """An operation of the description."""

    pointer: str
    data: dict[str, Any]
    shared: list[dict[str, Any]]
    """The parameters of its path."""

    @property
    def method_name(self) -> str:
        return python_name(self.data["operationId"])

    @property
    def parameters(self) -> list[dict[str, Any]]:
        listed = [resolve(parameter) for parameter in (*self.shared, *self.data.get("parameters", []))]
        return list({(parameter["in"], parameter["name"]): parameter for parameter in listed}.values())

    @property
    def bodies(self) -> list[dict[str, object]]:
        """The arguments that a body is passed as, with their defaults: one of several where it has variants."""
        body = resolve(self.data.get("requestBody", {}))
        schemas = [resolve(media_type["schema"]) for media_type in body.get("content", {}).values()]
        variants = [resolve(variant) for schema in schemas for variant in schema.get("oneOf", [schema])]
        is_required = body.get("required", False)
        return [arguments_of(variant, is_required=is_required) for variant in variants] or [{}]


class Sample(NamedTuple):
    """An example or a default, and the pointer of the schema that it has to fit."""

    pointer: str
    schema: str
    value: Any


def python_name(name: str) -> str:
    """`Key-Inflection` is `key_inflection` in Python, the tag `OAuth` is `oauth`, and `filter` is `filter_`."""
    python = re.sub(r"\W+", "_", name).lower()
    return f"{python}_" if keyword.iskeyword(python) or hasattr(builtins, python) else python


def arguments_of(schema: dict[str, Any], *, is_required: bool) -> dict[str, object]:
    """The members of an object; anything else is one argument."""
    if "properties" not in schema:
        return {"body": inspect.Parameter.empty if is_required else None}
    required = schema.get("required", []) if is_required else []
    return {
        python_name(name): resolve(member).get("default", inspect.Parameter.empty if name in required else None)
        for name, member in schema["properties"].items()
        if not resolve(member).get("readOnly")
    }


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
        return {name: example["value"] for name, example in node.get("examples", {}).items() if "value" in example}
    return {str(index): value for index, value in enumerate(node.get("examples", []))}


def operations() -> Iterator[Operation]:
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in item:
                yield Operation(f"{method.upper()} {path}", item[method], item.get("parameters", []))


def api_of(client: Any, tag: str) -> object:
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


def expected_defaults(operation: Operation, body: Mapping[str, object]) -> dict[str, object]:
    """The arguments that the description asks for, and their defaults; `empty` where there is none."""
    defaults: dict[str, object] = {}
    for parameter in operation.parameters:
        # A header that a call leaves out differs from its default: the client may have another one for all calls.
        is_of_client = parameter["in"] == "header" and parameter["name"] != "Idempotency-Key"
        absent = inspect.Parameter.empty if parameter.get("required") else None
        default = resolve(parameter.get("schema", {})).get("default", absent)
        defaults[python_name(parameter["name"])] = PACKAGE.UNSET if is_of_client else default
    return {**defaults, **body}


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


def test_every_rule_is_on() -> None:
    """What an operation of ours has to have is said once, in the description."""
    assert {name for name, value in DOCUMENT["x-python"]["rules"].items() if value} == FORMS.keys()


@each_client
@each_operation
def test_operation_has_methods(operation: Operation, client: Any) -> None:
    """Each operation is a method and its twin, which are coroutines in the asynchronous client only."""
    methods = public_methods(api_of(client, operation.data["tags"][0]))
    for name in (operation.method_name, f"{operation.method_name}_with_http_info"):
        assert inspect.iscoroutinefunction(methods[name]) is (client is PACKAGE.AsyncClient), name


@each_client
@pytest.mark.parametrize("tag", sorted({operation.data["tags"][0] for operation in OPERATIONS}))
def test_method_has_operation(tag: str, client: Any) -> None:
    """No public method of a tag lacks an operation."""
    names = {operation.method_name for operation in OPERATIONS if tag == operation.data["tags"][0]}
    twins = {f"{name}_with_http_info" for name in names}
    assert public_methods(api_of(client, tag)).keys() == names | twins


@each_client
@each_operation
@pytest.mark.parametrize("suffix", ["", "_with_http_info"])
def test_signature(operation: Operation, client: Any, suffix: str) -> None:
    """A method takes what the description declares, by keyword, with the description's defaults, and nothing else."""
    method = public_methods(api_of(client, operation.data["tags"][0]))[operation.method_name + suffix]
    for parameters, body in zip(signatures(method), operation.bodies, strict=True):
        arguments = {name: parameter for name, parameter in parameters.items() if name != "self"}
        assert {parameter.kind for parameter in arguments.values()} == {inspect.Parameter.KEYWORD_ONLY}
        assert defaults_of(arguments) == expected_defaults(operation, body)
        assert arguments.keys() >= CALL_OPTIONS
