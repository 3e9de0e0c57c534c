"""From the description, normalised and accepted by the parser, to what templates see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from markupsafe import Markup as Code

from codegen.description.document import Document
from codegen.description.http import CASINGS
from codegen.description.security import scheme_kind
from codegen.naming.names import distribution, member, module, prefixes, unknown_variant
from codegen.normalise.markers import DISCRIMINATED
from codegen.normalise.normalise import Normalised
from codegen.normalise.operations import RawOperation
from codegen.normalise.steps import within
from codegen.parser.reading import Parsed
from codegen.parser.text import text

from .api import Api, Operation, Parameter, Scheme, Tag
from .examples import Examples
from .models import ModelBuilder
from .operations import OperationBuilder
from .schema_values import SchemaValues
from .schemas import Schemas
from .servers import servers
from .shared import shared
from .types import Values, alternatives
from .unchecked import unchecked
from .values import json_literal


def build(document: Document, normalised: Normalised, parsed: Parsed, mismatches: Collection[str] = ()) -> Api:
    """The description as templates see it; `mismatches` are the pointers of what does not match its schema."""
    data = document.data
    info, extension = data["info"], data.get("x-python") or {}
    models = ModelBuilder(Schemas(parsed.schemas))
    rest = unchecked(document, normalised.operations)
    operations = OperationBuilder(data, models, rest)
    tags = tuple(_tags(data, normalised.operations, operations))  # first: tells the models which of them are sent
    examples = Examples(document, SchemaValues(models.schemas), mismatches)
    examples.read(normalised.operations, tags)
    return Api(
        title=text(info["title"]),
        summary=text(info.get("summary")),
        description=text(info.get("description")),
        version=text(info["version"]),
        license=text((info.get("license") or {}).get("identifier")),
        distribution=text(extension.get("distribution") or distribution(str(info["title"]))),
        keywords=tuple(map(text, extension.get("keywords") or ())),
        urls={text(label): text(url) for label, url in _urls(data, extension).items()},
        base_url_variable=text(extension.get("base-url-variable")),
        log_variable=text(extension.get("log-variable")),
        support=text(extension.get("support")),
        fixture=Code(extension.get("fixture") or ""),
        servers=tuple(servers(data.get("servers"))),
        schemes=tuple(_schemes(document)),
        tags=tags,
        models=tuple(models.all()),
        aliases=tuple(models.aliases()),
        unions=tuple(models.unions()),
        union_names={use.value: names for use, names in models.union_names.items()},
        discriminators=dict(sorted(_discriminators(normalised))),
        has_casings=extension.get("casings", any(map(_chooses_casing, _parameters(tags)))),
        schemas={name: Code(json_literal(schema)) for name, schema in rest.schemas.items()},
        examples=examples,
    )


def _discriminators(normalised: Normalised) -> Iterator[tuple[Code, Code]]:
    parts = (part for schema in normalised.schemas.values() for part in within(schema))
    members = {part[DISCRIMINATED]["member"] for part in parts if DISCRIMINATED in part}
    return ((Code(unknown_variant(name)), Code(member(name))) for name in sorted(members))


def _parameters(tags: Iterable[Tag]) -> Iterator[Parameter]:
    return (parameter for tag in tags for operation in tag.operations for parameter in operation.parameters)


def _chooses_casing(parameter: Parameter) -> bool:
    """Whether a header chooses the casing of names in answers: its values are names of casings."""
    listed = {value for part in alternatives(parameter.type) if isinstance(part, Values) for value in part.values}
    return parameter.argument.location == "header" and len(listed & CASINGS) > 1


def _urls(data: dict[str, Any], extension: dict[str, Any]) -> dict[str, str]:
    """Links of the package, and the one of `externalDocs`, if it is an address for browsers."""
    url = str((data.get("externalDocs") or {}).get("url"))
    documentation = {"Documentation": url} if url.startswith(("http://", "https://")) else {}
    return documentation | (extension.get("urls") or {})


def _tags(data: dict[str, Any], written: Iterable[RawOperation], builder: OperationBuilder) -> Iterator[Tag]:
    """The operations by tag; two tags that make one name are one."""
    described = {tag["name"]: tag.get("description") for tag in data.get("tags") or ()}
    groups: dict[str, tuple[str, list[Operation]]] = {}
    for raw in written:
        groups.setdefault(module(raw.tag), (raw.tag, []))[1].append(builder.operation(raw))
    classes = prefixes({own: name for own, (name, _) in groups.items()})
    for own, (name, operations) in groups.items():
        yield Tag(
            name=text(name),
            module=Code(own),
            prefix=Code(classes[own]),
            description=text(described.get(name)),
            operations=tuple(operations),
            shared=shared(operations),
        )


def _schemes(document: Document) -> Iterator[Scheme]:
    for name, reference in ((document.data.get("components") or {}).get("securitySchemes") or {}).items():
        scheme = document.resolve(reference)
        yield Scheme(
            name=text(name),
            kind=Code(scheme_kind(scheme)),
            location=text(scheme.get("in")),
            parameter=text(scheme.get("name")),
            description=text(scheme.get("description")),
            variable=text(scheme.get("x-environment-variable")),
        )
