"""The flow of this folder: a description as written in, one for the parser out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from codegen.description.document import Document
from codegen.naming.names import identifier
from codegen.naming.spelling import snake_case
from codegen.normalise.discriminators import apply_discriminators
from codegen.normalise.findings import Finding
from codegen.normalise.markers import WIRES, Schema
from codegen.normalise.operations import OperationReader, RawOperation
from codegen.normalise.polymorphism import expand_subtypes, inherit_discriminators
from codegen.normalise.recursion import RecursionBreaker
from codegen.normalise.schemas import SchemaReader
from codegen.report.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Normalised:
    """A description of schemas only, for the parser, and the operations that they are the types of."""

    document: Document
    operations: tuple[RawOperation, ...]
    findings: tuple[Finding, ...]

    def warnings(self) -> Iterator[Diagnostic]:
        """What the client cannot express as the description does."""
        return (self.document.diagnostic(at, code, message, hint=hint) for at, code, message, hint in self.findings)

    @property
    def schemas(self) -> dict[str, Schema]:
        """The components by class name."""
        schemas: dict[str, Schema] = self.document.data["components"]["schemas"]
        return schemas


def normalise(document: Document) -> Normalised:
    """Prepare the schemas for the parser, and read the operations; `document` is left alone."""
    schemas = SchemaReader(document)
    schemas.read_components()
    reader = OperationReader(document, schemas)
    operations = list(reader.operations())
    schemas.read_missing()
    # Nobody sees the names of these components, so they are chosen after all that are seen.
    operations = [reader.with_types(operation) for operation in operations]
    schemas.components.drop_unused()
    inherit_discriminators(document, schemas.components)
    expand_subtypes(document, schemas.components)
    discriminators = [*apply_discriminators(document, schemas.components)]
    breaker = RecursionBreaker(schemas.components.schemas)
    components = {name: _with_distinct_names(schema) for name, schema in breaker.break_all().items()}
    data = {
        "openapi": "3.1.0",  # of all versions, the schemas are normalised to this one
        "info": document.data.get("info"),
        "paths": {},  # the parser would copy each operation three times; the checks have judged them
        "components": {"schemas": components},
    }
    findings = (*discriminators, *breaker.findings, *schemas.findings, *schemas.components.findings)
    return Normalised(replace(document, data=data), tuple(operations), tuple(dict.fromkeys(findings)))


def _with_distinct_names(schema: Schema) -> Schema:
    """Number the members if two have the same Python name (`+1`, `-1`), also to the parser (`a[b]`, `ab`)."""
    properties = schema.get("properties") or {}
    if all(len({*map(spelling, properties)}) == len(properties) for spelling in (identifier, snake_case)):
        return schema
    wires = {f"member_{number}": name for number, name in enumerate(properties)}
    required = [number for number, name in wires.items() if name in (schema.get("required") or ())]
    members = {number: properties[name] for number, name in wires.items()}
    return {**schema, "properties": members, "required": required, WIRES: wires}
