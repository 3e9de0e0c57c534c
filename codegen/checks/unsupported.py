"""Fields that OpenAPI does not define, and those that it defines but that have no effect on the client."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.checks.typos import is_no_media_type, is_no_scheme
from codegen.description.document import Document, as_mapping
from codegen.description.http import IGNORED_HEADERS, answer_type, is_name
from codegen.description.objects import Field, Node
from codegen.description.pointers import join
from codegen.description.schemas import is_file
from codegen.description.security import scheme_kind
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import did_you_mean

#: What only parameters `in: query` can have (OpenAPI 3.1, 4.8.12.2).
_QUERY_ONLY = frozenset({"allowReserved", "allowEmptyValue"})
_SCHEMES = ("apiKey", "http", "oauth2", "openIdConnect", "mutualTLS")


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report fields that are unknown or have no effect; check `extensions` does so for `x-` fields."""
    for node in nodes:
        for check_kind in _BY_KIND.get(node.kind, ()):
            yield from check_kind(document, node)
        fields = node.fields
        for name in node.data if fields else ():  # an object without fields has free names
            field = fields.get(name)
            if field is None and not name.startswith("x-"):
                yield _unknown(document, node, name)
            elif field is not None and not _has_effect(node, name, field) and _differs_from_absence(node, name):
                message = f"`{name}` has no effect on the client"
                hint = "x-waive: {not-rendered: the reason} beside it states that this is known"
                yield document.diagnostic(join(node.pointer, name), "not-rendered", message, hint=hint)


def _unknown(document: Document, node: Node, name: str) -> Diagnostic:
    message = f"OpenAPI's {node.kind} object has no field `{name}`"
    if node.is_reference:  # OpenAPI 3.1, 4.8.23
        message = f"`{name}` beside a `$ref` is ignored"
    hint = did_you_mean(name, [*node.fields, "$ref"])  # in place of most objects a reference can stand
    return document.diagnostic(join(node.pointer, name), "unknown-field", message, hint=hint)


def _has_effect(node: Node, name: str, field: Field) -> bool:
    if node.kind == "parameter" and name in _QUERY_ONLY:
        return bool(node.data.get("in") == "query")
    if name in ("contentEncoding", "contentMediaType"):  # how OpenAPI 3.1 describes a file
        return is_file(node.data) or is_no_media_type(str(node.data.get("contentMediaType", "*/*")))
    return field.is_used


def _differs_from_absence(node: Node, name: str) -> bool:
    return node.data[name] not in (None, False, [], {}) and (name != "minItems" or node.data[name] != 0)


def _parameters_since_3_2(document: Document, node: Node) -> Iterator[Diagnostic]:
    """Report what OpenAPI 3.2 has and the client sends in another way, or not at all."""
    if node.data.get("in") == "querystring":
        message = "a parameter `in: querystring` is no argument: the client writes the query out of single parameters"
        yield document.diagnostic(join(node.pointer, "in"), "not-rendered", message)
    if node.data.get("style") == "cookie":
        message = "the client sends this parameter in the style `form`"
        yield document.diagnostic(join(node.pointer, "style"), "not-rendered", message)


def _methods_since_3_2(document: Document, node: Node) -> Iterator[Diagnostic]:
    for name in as_mapping(node.data.get("additionalOperations")):
        if name != name.upper() and is_name("header", name):  # else it is no method, which `structure` tells
            message = f"the client sends the method as {name.upper()}"
            yield document.diagnostic(join(node.pointer, "additionalOperations", name), "not-rendered", message)


def _unsupported_scheme(document: Document, node: Node) -> Iterator[Diagnostic]:
    is_scheme = node.data.get("type") in _SCHEMES  # others are told by check `structure`
    if is_scheme and scheme_kind(node.data) == "unsupported" and not is_no_scheme(node.data.get("scheme")):
        field = "scheme" if "scheme" in node.data else "type"
        message = f"the client sends nothing for `{node.data.get(field)}`: callers need an `auth` or `http_client`"
        yield document.diagnostic(join(node.pointer, field), "not-rendered", message)


def _ignored_header(document: Document, node: Node) -> Iterator[Diagnostic]:
    name = str(node.data.get("name"))
    if node.data.get("in") == "header" and name.lower() in IGNORED_HEADERS:
        message = f"the header {name} is no argument, since other parts of the description decide its value"
        yield document.diagnostic(join(node.pointer, "name"), "not-rendered", message)


def _other_media_types(document: Document, node: Node) -> Iterator[Diagnostic]:
    """Report media types of a response that the client does not ask for, unless they have the same schema."""
    content = as_mapping(node.data.get("content"))
    accepted = answer_type(content) if len(content) > 1 else ""
    for media_type, value in content.items() if accepted else ():
        if as_mapping(value).get("schema") != as_mapping(content[accepted]).get("schema"):
            message = f"the client asks for {accepted} instead"
            yield document.diagnostic(join(node.pointer, "content", media_type), "not-rendered", message)


#: What has to be looked at beside the fields that an object has.
_BY_KIND = {
    "parameter": (_ignored_header, _parameters_since_3_2),
    "path-item": (_methods_since_3_2,),
    "response": (_other_media_types,),
    "security-scheme": (_unsupported_scheme,),
}
