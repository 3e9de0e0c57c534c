"""The codes of diagnostics; the README's table is held to this one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How bad a finding is."""

    ERROR = "error"
    #: An error in a description of ours, which says `x-python`; a foreign one is not ours to mend, and generates.
    FAULT = "error; a warning in a description without `x-python`"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Code:
    """What one code means."""

    level: Level
    text: str


#: About the description. Tests have a file in tests/checks/bad_specs/ for each.
DESCRIPTION = {
    # Reading
    "read": Code(Level.ERROR, "The file cannot be read, or is not UTF-8."),
    "too-large": Code(Level.ERROR, "The file is too large, nests too deep, or its aliases expand too far."),
    "yaml-syntax": Code(Level.ERROR, "The file is not YAML, or not one mapping."),
    "not-json": Code(Level.ERROR, "YAML that JSON cannot express: a tag, a collection as a key, `.nan`, `.inf`."),
    "duplicate-key": Code(Level.ERROR, "A key stands twice in one mapping; YAML readers keep the last in silence."),
    "yaml-1-1": Code(Level.WARNING, "Other readers take the unquoted value for something else: YAML 1.1 against 1.2."),
    # OpenAPI
    "not-openapi": Code(Level.ERROR, "It does not fit OpenAPI's own schema (3.0 or 3.1)."),
    "other-version": Code(Level.FAULT, "A keyword in the form of OpenAPI 3.0 in a description of 3.1."),
    "unknown-field": Code(Level.FAULT, "A field that OpenAPI does not have in this place: mostly misspelt."),
    "unknown-extension": Code(Level.WARNING, "An `x-` field whose name is nearly one that is read here."),
    "bad-extension": Code(Level.ERROR, "An `x-` field that is read here has another form than it should."),
    "unknown-format": Code(Level.WARNING, "A `format` whose name is nearly one that something is made of here."),
    "unknown-media-type": Code(Level.WARNING, "A media type whose name is nearly one that has a meaning here."),
    "unresolved-ref": Code(Level.ERROR, "A `$ref` leads nowhere."),
    "wrong-ref": Code(Level.ERROR, "A `$ref` leads to another kind of object than the place asks for."),
    "ref-cycle": Code(Level.ERROR, "References lead round in a circle without a type on the way."),
    "path-parameter": Code(Level.ERROR, "The path and the parameters `in: path` do not name the same things."),
    "duplicate-path": Code(Level.FAULT, "Two paths differ by the names of their parameters only."),
    "duplicate-parameter": Code(Level.FAULT, "A parameter stands twice in one list."),
    "bad-parameter-name": Code(Level.FAULT, "A header or a cookie of a name that HTTP cannot carry."),
    "nameless-form": Code(Level.FAULT, "The body is a form, and its schema no object: its parts have no names."),
    "duplicate-operation-id": Code(Level.FAULT, "Two operations have one `operationId`."),
    "unknown-scheme": Code(Level.FAULT, "`security` names a scheme that is not described."),
    "bad-server": Code(Level.FAULT, "A server that no client can call: plain http, or a variable nothing describes."),
    "relative-server": Code(Level.WARNING, "The first server has no host: the client passes over it."),
    "undeclared-tag": Code(Level.WARNING, "An operation has a tag that `tags` does not list, though it lists others."),
    # Values
    "example-mismatch": Code(Level.FAULT, "An example does not fit its schema."),
    "default-mismatch": Code(Level.FAULT, "A default does not fit its schema."),
    "enum-mismatch": Code(Level.FAULT, "A value of an `enum`, or a `const`, is not of the type beside it."),
    "bad-pattern": Code(Level.FAULT, "A `pattern` is no regular expression that Python knows; it is not checked."),
    # Python
    "name-clash": Code(Level.FAULT, "Two things become the same name in Python."),
    "numbered-name": Code(Level.WARNING, "A class has a number, since another has its name; it may change one day."),
    "long-name": Code(Level.ERROR, "A tag too long to name a file after."),
    "python-name": Code(Level.WARNING, "A name is a keyword or a builtin of Python, so callers write another one."),
    # Completeness
    "no-operation-id": Code(Level.WARNING, "An operation without `operationId`: its method is named after the path."),
    "no-summary": Code(Level.WARNING, "An operation without `summary`: its documentation has no first line."),
    "no-tag": Code(Level.WARNING, "An operation without a tag: it becomes a method of `default`."),
    "no-error-answer": Code(Level.WARNING, "An operation without any answer of 4xx, 5xx or `default`."),
    "no-security": Code(Level.WARNING, "An operation for which nothing says how to authenticate, not even `[]`."),
    "unused-component": Code(Level.WARNING, "A component that no operation reaches."),
    "recursive-type": Code(Level.WARNING, "A list or union holds itself; Python has no name for that, so it is `Any`."),
    "no-type": Code(Level.WARNING, "A schema has `items` and no `type`: any value fits, so it is `Any`."),
    "many-variants": Code(Level.WARNING, "Unions in one `allOf` multiply to more variants than 32; they are left out."),
    "not-rendered": Code(Level.WARNING, "Nothing in the client is made of this part of the description."),
    "bad-waiver": Code(Level.WARNING, "An `x-waive` without a reason, for no warning, or for nothing that is there."),
}

#: About the run; no description is known to cause them.
RUN = {
    "parser-refused": Code(Level.ERROR, "openapi-python-client cannot read this part; nothing is left out in silence."),
    "degraded": Code(Level.WARNING, "With `--allow-partial`: the parser cannot read this part, so it is `Any`."),
    "template": Code(Level.ERROR, "A template is wrong."),
    "output": Code(Level.ERROR, "The output folder cannot be replaced."),
}

CODES = {**DESCRIPTION, **RUN}
