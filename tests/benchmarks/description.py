"""A description of any size: the same bytes at every run, and as varied as the APIs that people describe by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import yaml

Schema = dict[str, Any]

_ADJECTIVES = "amber brisk civic dusty eager faint grand hasty ivory jolly keen lunar mild noble outer plain".split()
_NOUNS = "account badge case device event folder group house index journal key ledger member note order parcel".split()
_STATES = "draft open pending closed archived".split()
_PER_TAG = 20  # operations, as in APIs that people publish


def description(operations: int) -> str:
    """OpenAPI 3.1 as YAML with exactly that many operations, on resources of five each."""
    resources = [_Resource(number) for number in range(-(-operations // 5))]
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Synthetic API", "version": "1.0.0", "description": "Made for measurements."},
        "servers": [{"url": "https://api.example.com/v1"}],
        "security": [{"bearerAuth": []}],
        "tags": [{"name": tag, "description": f"All about {tag}."} for tag in dict.fromkeys(r.tag for r in resources)],
        "paths": _paths(resources, operations),
        "components": _components(resources),
    }
    return yaml.dump(document, sort_keys=False, width=120, Dumper=_Dumper)


class _Dumper(yaml.CSafeDumper):
    """Writes what stands twice twice: no anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


class _Resource:
    """One kind of thing, with its names; `number` decides all that varies."""

    def __init__(self, number: int) -> None:
        first, second = number % len(_ADJECTIVES), number // len(_ADJECTIVES) % len(_NOUNS)
        series = number // (len(_ADJECTIVES) * len(_NOUNS))
        self.number = number
        self.slug = f"{_ADJECTIVES[first]}-{_NOUNS[second]}" + (f"-{series}" if series else "")
        self.model = self.slug.title().replace("-", "")
        self.tag = f"Area {number * 5 // _PER_TAG + 1}"

    def operations(self) -> Iterator[tuple[str, str, Schema]]:
        """Path, method and operation of each."""
        one, many = f"/{self.slug}s/{{{self.slug}-id}}", f"/{self.slug}s"
        for path, method, make in (
            (many, "get", self._list),
            (many, "post", self._create),
            (one, "get", self._retrieve),
            (one, "patch", self._update),
            (one, "delete", self._delete),
        ):
            yield path, method, make()

    def schemas(self) -> dict[str, Schema]:
        """The models: answer, page, request, and two levels within."""
        return {
            self.model: self._thing(),
            f"{self.model}Page": _object(
                {"data": _array(_ref(self.model)), "next-cursor": {"type": ["string", "null"]}, "total": _INTEGER},
                "data",
            ),
            f"{self.model}Request": _object({"name": _NAME, **self._fields()}, "name"),
            f"{self.model}Details": _object({**self._fields(), "place": _ref(f"{self.model}Place")}),
            f"{self.model}Place": _object({"street": _TEXT, "city": _TEXT, "country": _COUNTRY}, "city"),
        }

    def _thing(self) -> Schema:
        fields = {"id": {"type": "string", "description": "Unique among all."}, "name": _NAME, "state": _enum(_STATES)}
        links = {"details": _ref(f"{self.model}Details"), "parent": _ref(self.model), "created-at": _TIME}
        return _object({**fields, **self._fields(), **links}, "id", "name", "state")

    def _fields(self) -> dict[str, Schema]:
        """Three to seven more fields."""
        choice: list[Schema] = [_INTEGER, _FLAG, _NUMBER, _array(_TEXT), _TIME, _DATE, _MAP, _EITHER]
        return {
            f"{_NOUNS[(self.number + i) % len(_NOUNS)]}-{i}": choice[(self.number * 3 + i) % len(choice)]
            for i in range(3 + self.number % 5)
        }

    def _list(self) -> Schema:
        parameters = [
            _query("page-size", {"type": "integer", "minimum": 1, "maximum": 100, "default": 10}),
            _query("state", _enum(_STATES)),
            _query("created-after", _DATE),
            *([_query("ids", _array(_TEXT))] if self.number % 2 else []),
        ]
        return self._operation("list", f"{self.model}Page", parameters=parameters)

    def _create(self) -> Schema:
        form = self.number % 4 == 0
        schema = _object({"name": _NAME, "count": _INTEGER}, "name") if form else _ref(f"{self.model}Request")
        media_type = "application/x-www-form-urlencoded" if form else "application/json"
        body = {"required": True, "content": {media_type: {"schema": schema}}}
        return self._operation("create", self.model, "201", parameters=[_IDEMPOTENCY_KEY], requestBody=body)

    def _retrieve(self) -> Schema:
        parameters = [self._id(), _query("include", _array(_enum(["details", "parent"])))]
        return self._operation("retrieve", self.model, parameters=parameters)

    def _update(self) -> Schema:
        body = {"required": True, "content": {"application/json": {"schema": _ref(f"{self.model}Request")}}}
        return self._operation("update", self.model, parameters=[self._id(), _IDEMPOTENCY_KEY], requestBody=body)

    def _delete(self) -> Schema:
        return self._operation("delete", None, "204", parameters=[self._id()])

    def _id(self) -> Schema:
        return {"name": f"{self.slug}-id", "in": "path", "required": True, "schema": _NAME, "description": "Which one."}

    def _operation(self, verb: str, model: str | None, status: str = "200", **parts: Any) -> Schema:
        name = self.slug.replace("-", " ")
        content = {"content": {"application/json": {"schema": _ref(model)}}} if model else {}
        errors = {code: {"$ref": "#/components/responses/Error"} for code in ("400", "404", "429")}
        return {
            "operationId": f"{verb}-{self.slug}",
            "tags": [self.tag],
            "summary": f"{verb.capitalize()} {name}",
            "description": f"Lets the caller {verb} one or more of the kind {name}.\n\nWorks at any time of the day.",
            **parts,
            "responses": {status: {"description": "It worked.", **content}, **errors},
        }


def _paths(resources: list[_Resource], operations: int) -> dict[str, dict[str, Schema]]:
    paths: dict[str, dict[str, Schema]] = {}
    every = [operation for resource in resources for operation in resource.operations()]
    for path, method, operation in every[:operations]:
        paths.setdefault(path, {})[method] = operation
    return paths


def _components(resources: list[_Resource]) -> Schema:
    error = {"description": "It did not.", "content": {"application/json": {"schema": _ref("ErrorEnvelope")}}}
    return {
        "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}},
        "responses": {"Error": error},
        "schemas": {
            **{name: schema for resource in resources for name, schema in resource.schemas().items()},
            "ErrorEnvelope": _object({"errors": _array(_ref("ErrorItem"))}, "errors"),
            "ErrorItem": _object({"title": _TEXT, "details": _TEXT, "meta": _MAP}),
        },
    }


def _ref(name: str | None) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _enum(values: Sequence[str]) -> Schema:
    return {"type": "string", "enum": list(values), "description": "One of a few."}


def _object(properties: dict[str, Schema], *required: str) -> Schema:
    made: Schema = {"type": "object", "description": "A part of the synthetic API.", "properties": properties}
    return {**made, "required": list(required)} if required else made


def _parameter(location: str) -> Callable[[str, Schema], Schema]:
    return lambda name, schema: {
        "name": name,
        "in": location,
        "schema": schema,
        "description": f"Says something about {name}, in one sentence.",
    }


_query, _header = _parameter("query"), _parameter("header")

_TEXT: Schema = {"type": "string", "description": "Some text."}
_NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 80}
_COUNTRY: Schema = {"type": "string", "pattern": "^[A-Z]{2}$"}
_INTEGER: Schema = {"type": "integer", "minimum": 0, "description": "How many there are."}
_NUMBER: Schema = {"type": "number"}
_FLAG: Schema = {"type": "boolean", "default": False}
_TIME: Schema = {"type": "string", "format": "date-time"}
_DATE: Schema = {"type": "string", "format": "date"}
_MAP: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
_EITHER: Schema = {"oneOf": [{"type": "string"}, {"type": "integer"}]}
_IDEMPOTENCY_KEY = _header("Idempotency-Key", {"type": "string"})
