"""From what the parser understood to what templates see, joined with what the parser forgets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from markupsafe import Markup as Code

from .api import Api, Operation, Scheme, Server, Tag
from .document import Document
from .models import Translator as ModelTranslator
from .names import class_name, distribution, words
from .operations import Translator as OperationTranslator, tag_module
from .parser import Parsed
from .paths import METHODS
from .text import text


def translate(document: Document, parsed: Parsed) -> Api:
    """The whole description, normalised and parsed, as templates see it."""
    data = document.data
    info, extension = data["info"], data.get("x-python") or {}
    models = ModelTranslator(document, parsed)
    tags = tuple(_tags(data, OperationTranslator(document, parsed, models)))  # first: tells which models are sent
    return Api(
        title=text(info["title"]),
        summary=text(info.get("summary")),
        description=text(info.get("description")),
        version=text(info["version"]),
        license=text((info.get("license") or {}).get("identifier")),
        distribution=text(extension.get("distribution") or distribution(str(info["title"]))),
        servers=tuple(_servers(data.get("servers") or ())),
        schemes=tuple(_schemes(document)),
        tags=tags,
        models=tuple(models.all()),
        aliases=tuple(models.aliases()),
    )


def _tags(data: dict[str, Any], translator: OperationTranslator) -> Iterator[Tag]:
    """An operation stands under its first tag, or under `default`; two tags that make one name are one."""
    described = {tag["name"]: tag.get("description") for tag in data.get("tags") or ()}
    groups: dict[str, tuple[str, list[Operation]]] = {}
    for item in data["paths"].values():
        for method in METHODS:
            if raw := item.get(method):
                name = str((raw.get("tags") or ["default"])[0])
                groups.setdefault(tag_module(raw), (name, []))[1].append(translator.operation(method, raw))
    for module, (name, operations) in groups.items():
        yield Tag(
            name=text(name),
            module=Code(module),
            prefix=Code(class_name(words(name))),
            description=text(described.get(name)),
            operations=tuple(operations),
        )


def _servers(servers: Iterable[dict[str, Any]]) -> Iterator[Server]:
    for server in servers:
        url = str(server["url"])
        for name, variable in (server.get("variables") or {}).items():
            url = url.replace(f"{{{name}}}", str(variable["default"]))
        yield Server(text(url.rstrip("/")), text(server.get("description")))


def _schemes(document: Document) -> Iterator[Scheme]:
    for name, reference in ((document.data.get("components") or {}).get("securitySchemes") or {}).items():
        scheme = document.resolve(reference)
        basic = str(scheme.get("scheme")).lower() == "basic"
        yield Scheme(
            name=text(name),
            # OAuth 2 and OpenID Connect end in a bearer token, too (RFC 6750).
            kind=Code("basic" if basic else "key" if scheme.get("type") == "apiKey" else "bearer"),
            location=text(scheme.get("in")),
            parameter=text(scheme.get("name")),
            description=text(scheme.get("description")),
            variable=text(scheme.get("x-environment-variable")),
        )
