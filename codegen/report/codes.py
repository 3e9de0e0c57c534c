"""The codes of diagnostics. A test keeps the table in docs/diagnostics.md equal to this one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How severe a finding is, in the words of docs/diagnostics.md."""

    ERROR = "error"
    #: Our own description, which has `x-python`, has to be corrected; anyone else's is rendered as it is.
    FAULT = "error; a warning in a description without `x-python`"
    WARNING = "warning"
    #: A rule that the description sets itself, and may make exceptions from.
    RULE = "error that `x-python: {rules: …}` asks for"


@dataclass(frozen=True, slots=True)
class Code:
    """The level and the meaning of a code."""

    level: Level
    text: str


#: Findings about a description. tests/checks/ shows each: in bad_specs/ or in mistakes.py.
DESCRIPTION = {
    # Reading
    "read": Code(Level.ERROR, "The file cannot be read, or is not UTF-8."),
    "too-large": Code(Level.ERROR, "The file is too large, nests too deeply, or its aliases expand too far."),
    "yaml-syntax": Code(Level.ERROR, "The file is not valid YAML, or its root is not a mapping."),
    "not-json": Code(Level.FAULT, "YAML without an equivalent in JSON: a tag, a collection as a key, `.nan`, `.inf`."),
    "empty-value": Code(Level.FAULT, "A value is missing, which is null in YAML."),
    "yaml-space": Code(Level.FAULT, "A space that YAML takes for text, or none where it needs one."),
    "duplicate-key": Code(Level.FAULT, "A key occurs twice in one mapping; the first one counts."),
    "yaml-1-1": Code(Level.WARNING, "An unquoted value that has another type in YAML 1.1 than in YAML 1.2."),
    # OpenAPI
    "no-openapi": Code(Level.ERROR, "It is no description of OpenAPI 3."),
    "not-openapi": Code(Level.FAULT, "It does not conform to OpenAPI's own schema (3.0, 3.1 or 3.2)."),
    "other-version": Code(Level.FAULT, "A keyword in the form of another version of OpenAPI."),
    "unknown-field": Code(Level.FAULT, "A field that OpenAPI does not define here; usually a misspelling."),
    "unknown-extension": Code(Level.WARNING, "An `x-` field whose name resembles one that the generator reads."),
    "bad-extension": Code(Level.FAULT, "An `x-` field that the generator reads has a value of the wrong form."),
    "unknown-format": Code(Level.FAULT, "A `format` that is a misspelling of one in OpenAPI's registry."),
    "unknown-media-type": Code(Level.FAULT, "The name of a media type is misspelt, or is none."),
    "unknown-http-scheme": Code(Level.FAULT, "The name of an authentication scheme is misspelt, or is none."),
    "unresolved-ref": Code(Level.FAULT, "A `$ref` points to nothing."),
    "wrong-ref": Code(Level.FAULT, "A `$ref` points to another kind of object than belongs here."),
    "ref-cycle": Code(Level.FAULT, "References form a cycle that never reaches a type."),
    "bad-path": Code(Level.FAULT, "A path has a query, a fragment, or braces that do not match."),
    "path-parameter": Code(Level.FAULT, "The path and its parameters `in: path` do not have the same names."),
    "duplicate-path": Code(Level.FAULT, "Two paths differ only in the names of their parameters."),
    "duplicate-parameter": Code(Level.FAULT, "Two parameters in one list have the same name and location."),
    "bad-parameter-name": Code(Level.FAULT, "A header or cookie name that HTTP does not allow."),
    "bad-encoding": Code(Level.FAULT, "An `encoding` of a part that a form does not have, or of no form."),
    "bad-style": Code(Level.FAULT, "A `style` that cannot write values of the type that they have."),
    "nameless-form": Code(Level.FAULT, "The schema of a form is not an object, so its parts have no names."),
    "duplicate-operation-id": Code(Level.FAULT, "Two operations have the same `operationId`."),
    "no-content": Code(Level.FAULT, "A response with a status that has no content in HTTP describes some."),
    "no-success": Code(Level.FAULT, "An operation has responses, but none for a success."),
    "unknown-scheme": Code(Level.FAULT, "`security` names a security scheme that is not described."),
    "bad-server": Code(
        Level.FAULT, "A server that the client cannot call: plain http, no URL, or a variable without a value."
    ),
    "relative-server": Code(Level.WARNING, "The URL of the first server is relative, so the client skips it."),
    "credentials-elsewhere": Code(Level.WARNING, "An operation sends the API's credentials to another host."),
    "foreign-variable": Code(
        Level.WARNING, "An API key comes from an environment variable that is not named after the API."
    ),
    "undeclared-tag": Code(Level.WARNING, "An operation has a tag that is missing from the description's `tags`."),
    # Values
    "example-mismatch": Code(Level.FAULT, "An example does not match its schema."),
    "default-mismatch": Code(Level.FAULT, "A default does not match its schema."),
    "enum-mismatch": Code(Level.FAULT, "`enum` or `const` has a value of another type, a value twice, or none."),
    "contradiction": Code(Level.FAULT, "Keywords that no value matches together, or that say nothing of the type."),
    "no-value": Code(Level.FAULT, "An example has no value, nor does it say where that is."),
    "no-schema": Code(Level.FAULT, "JSON without a schema, which the client takes as any value."),
    "no-items": Code(Level.FAULT, "An array without `items`."),
    "unknown-member": Code(Level.FAULT, "`required` lists a member that is not described."),
    "bad-discriminator": Code(
        Level.FAULT, "A discriminator with a member that no variant has, or a mapping to no variant or a wrong value."
    ),
    "bad-pattern": Code(
        Level.FAULT,
        "The client cannot check a `pattern`: it is not of ECMA-262, or can take too long with a long text.",
    ),
    # Python
    "name-clash": Code(Level.FAULT, "Two names become the same name in Python."),
    "numbered-name": Code(Level.WARNING, "A class has a number since its name is taken; the number may change later."),
    "unknown-license": Code(Level.FAULT, "SPDX does not know `info.license.identifier`."),
    "bad-version": Code(Level.FAULT, "`info.version` has no form in PEP 440, by which Python orders versions."),
    "rewritten-version": Code(Level.WARNING, "PEP 440 writes `info.version` otherwise, and so does the package."),
    "no-name": Code(Level.FAULT, "A name without a letter or a digit, of which nothing is left in Python."),
    "long-name": Code(Level.FAULT, "A tag is too long for the name of a file."),
    "python-name": Code(
        Level.WARNING, "A name is taken, by Python, Windows or the client itself, so callers write it with a `_`."
    ),
    # Completeness
    "no-operation-id": Code(Level.WARNING, "An operation has no `operationId`, so its method is named after its path."),
    "no-summary": Code(Level.WARNING, "An operation has no `summary`, so its documentation starts with its name."),
    "no-tag": Code(Level.WARNING, "An operation has no tag, so it becomes a method of `default`."),
    "no-error-answer": Code(Level.WARNING, "An operation has no response for 4xx, 5xx or `default`."),
    "no-security": Code(Level.WARNING, "Neither an operation nor the description has `security`, not even `[]`."),
    "unused-component": Code(Level.WARNING, "No path reaches a component."),
    "recursive-type": Code(Level.WARNING, "A list or union contains itself; Python cannot name that, so it is `Any`."),
    "long-type": Code(
        Level.WARNING, "Lists, maps and unions within each other are too long for Python: in part `Any`."
    ),
    "no-type": Code(Level.WARNING, "A schema with `items` but no `type` allows any value, so it is `Any`."),
    "many-variants": Code(Level.WARNING, "The unions of an `allOf` combine to over 32 variants, so they are left out."),
    "many-members": Code(
        Level.WARNING, "The `allOf` of a description repeat over 50,000 members of other schemas: some are left out."
    ),
    "not-rendered": Code(Level.WARNING, "A part of the description that has no effect on the client."),
    # Rules, see codegen/checks/rules.py
    "no-description": Code(Level.RULE, "Something that the documentation lists has no `description`."),
    "no-example": Code(Level.RULE, "A body without a file has no example."),
    "odd-backtick": Code(Level.RULE, "A text has an odd number of backticks, so the rest of its page is code."),
    "several-tags": Code(Level.RULE, "An operation has several tags, but is rendered under the first only."),
    "no-answer": Code(Level.RULE, "An operation lacks a response that the rule lists."),
    "no-answer-header": Code(Level.RULE, "A response lacks a header that the rule lists."),
    "other-error-schema": Code(Level.RULE, "An error does not have the schema that the rule names."),
    "inline-answer": Code(Level.RULE, "The schema of an answer is no component, so the name of its class is made up."),
    "closed-answer": Code(Level.RULE, "An answer refuses members that may come with a later version."),
    "optional-body": Code(Level.RULE, "A body is not `required`."),
    "open-request": Code(Level.RULE, "The object that a body is takes members that the description does not list."),
    "unmarked-secret": Code(Level.RULE, "A member that the rule lists is not of `format: password`."),
    "bad-waiver": Code(Level.WARNING, "An `x-waive` has no reason, or names nothing that occurs there and may stay."),
}

#: Findings about a run. No description is known to cause them.
RUN = {
    "parser-refused": Code(Level.FAULT, "openapi-python-client cannot read a part, which is `Any` in its place."),
    "parser-version": Code(Level.ERROR, "openapi-python-client is not the one that the generator was written for."),
    "template": Code(Level.ERROR, "A template cannot be rendered, or its result is not Python or lacks a name."),
    "output": Code(Level.ERROR, "The output folder cannot be replaced."),
}

CODES = {**DESCRIPTION, **RUN}
