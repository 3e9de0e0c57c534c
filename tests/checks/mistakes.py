"""Mistakes in the description sound.yaml: each is told at one place, marked by `‸`, by one code."""

from __future__ import annotations

from typing import NamedTuple


class Mistake(NamedTuple):
    """A change to the description after which it is wrong at one place."""

    code: str
    old: str
    """A text that the description has once."""
    new: str
    """What stands there instead, with `‸` before the place."""
    hint: str = ""
    """A part of the hint."""
    versions: tuple[str, ...] = ("3.0.3", "3.1.0")


_SINCE_3_1 = ("3.1.0",)
_IN_3_0 = ("3.0.3",)

_PET = "        application/problem+json:\n"
_LIMIT = "schema: {type: integer, format: int32, minimum: 1, maximum: 100}"
_TRACE = "schema: {type: string, format: uuid}"
_SESSION = "schema: {type: string, minLength: 1, maxLength: 20}"
_REST = "{schema: {type: integer, format: int64}}"
_TAGS = "tags: {type: array, items: {type: string}}"
_TITLE = "properties: {title: {type: string}}"
_LIVES = "lives: {type: integer, default: 9}"
_SCORE = "score: {type: number, format: double, minimum: 0}"
_NAME = "        name: {type: string}\n"
_OWNER = "owner: {type: string, format: email}"
_NAMES = "names: {type: object, additionalProperties: {type: string}}"
_KINDS = "{type: string, enum: [cat, dog]}"
_ID = "schema: {type: string, pattern: '^[a-z]+$'}"
_FIRST = "  - url: https://{region}.example.com/v1\n"
_SECOND = "  - url: https://test.example.com/v1\n"
_REGION = "region: {default: eu, enum: [eu, us]}"
_PHOTO = "  /pets/{id}/photo:\n"
_CAT_KIND = "kind: {type: string, enum: [cat]}"
_DOG_KIND = "kind: {type: string, enum: [dog]}"

#: What would end a line of a request.
_END = r"\r\nX-Planted: 1"

_DONE = "{operationId: c, tags: [pets], summary: C, responses: {'200': {description: C}, 4XX: {description: C}}}"
_HEAD = _DONE.replace("C}", "C, content: {application/json: {}}}", 1).replace(
    "{", "{parameters: [{name: id, in: path, required: true, schema: {type: string}}], ", 1
)

UNSENDABLE = [
    Mistake("unknown-media-type", _PET, f'        ‸"application/problem+json{_END}":\n', "application/json"),
    Mistake("unknown-media-type", _PET, f'        ‸"application/problem+json; a={_END}":\n', "application/json"),
    Mistake("unknown-media-type", "multipart/form-data:", f'‸"multipart/form-data; a={_END}":', "application/json"),
    Mistake("unknown-media-type", _PET, "        ‸application/problem+json; charset=“utf-8”:\n", "application/json"),
    Mistake(
        "unknown-media-type",
        "photo: {contentType: 'image/png, image/jpeg'}",
        f'photo: {{‸contentType: "image/png{_END}"}}',
        "application/json",
    ),
    Mistake(
        "unknown-media-type", _OWNER, f'owner: {{type: string, ‸contentMediaType: "image/png{_END}"}}', "", _SINCE_3_1
    ),
    Mistake("bad-parameter-name", "X-Rest: {schema", f'‸"X-Rest{_END}": {{schema'),
    Mistake("bad-parameter-name", "X-Rest: {schema", "‸X-Rést: {schema"),
    Mistake("bad-parameter-name", "{name: X-Trace, in: header", f'{{‸name: "X-Trace{_END}", in: header'),
    Mistake("bad-parameter-name", "{name: session, in: cookie", '{‸name: "session;", in: cookie'),
    Mistake("bad-server", _SECOND, f'  - ‸url: "https://test.example.com/v1{_END}"\n', "https://"),
    Mistake("bad-server", _SECOND, '  - ‸url: "https://test.example.com/\\x7f"\n', "https://"),
    Mistake("bad-server", _SECOND, '  - ‸url: "/v1\\x01"\n', "https://"),
    Mistake("not-openapi", _PHOTO, f'  ‸"/pets/{{id}}/photo{_END}":\n'),
    Mistake(
        "not-openapi",
        _PHOTO,
        f'  /cats:\n    additionalOperations:\n      ‸"GET{_END}": {_DONE}\n{_PHOTO}',
        versions=("3.2.0",),
    ),
]

REQUIRED = [
    Mistake("unknown-member", "      required: [kind]\n", "      required: [kind, ‸ownr]\n", "owner"),
    Mistake("unknown-member", "      required: [name]\n", "      required: [name, ‸scor]\n", "score"),
    Mistake(
        "unknown-member", "          required: [kind, name]\n", "          required: [kind, name, ‸livs]\n", "lives"
    ),
    Mistake("unknown-member", "required: [photo]", "required: [‸phto]", "photo"),
    Mistake("unknown-member", "            required: [title]\n", "            required: [‸titel]\n", "title"),
    Mistake("unknown-member", _OWNER, "owner: {type: object, properties: {a: {}}, required: [‸b]}"),
    Mistake("unknown-member", _LIMIT, "schema: {type: object, properties: {a: {}}, required: [‸b]}"),
    Mistake("unknown-member", _OWNER, "owner: {type: object, additionalProperties: false, required: [‸b]}"),
    Mistake(
        "unknown-member",
        _OWNER,
        "owner: {type: object, properties: {a: {}}, oneOf: [{required: [a]}, {required: [‸b]}]}",
    ),
    Mistake(
        "unknown-member",
        _OWNER,
        "owner: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, required: [‸nmae]}]}",
        "name",
    ),
    Mistake(
        "unknown-member",
        _OWNER,
        "owner: {type: object, properties: {a: {}}, unevaluatedProperties: false, required: [‸b]}",
        versions=_SINCE_3_1,
    ),
]

PATHS = [
    Mistake("bad-path", _PHOTO, "  ‸/pets/{{id}}/photo:\n", "{id}"),
    Mistake("bad-path", _PHOTO, "  ‸/pets/{id/photo:\n"),
    Mistake("bad-path", _PHOTO, "  ‸/pets/id}/photo:\n"),
    Mistake("bad-path", _PHOTO, "  ‸/pets/}id{/photo:\n"),
    Mistake("bad-path", _PHOTO, "  ‸/pets/{id}/photo/{}:\n"),
    Mistake("bad-path", _PHOTO, "  ‸/pets/{id}/photo{?limit}:\n", "in: query"),
    Mistake("bad-path", _PHOTO, "  ‸/pets/{+id}/photo:\n", "{id}"),
    Mistake("bad-path", _PHOTO, "  ‸/pets/{id*}/photo:\n", "{id}"),
    Mistake("bad-path", _PHOTO, "  ‸'/pets/{id:[0-9]+}/photo':\n", "{id}"),
    Mistake("bad-path", _PHOTO, "  ‸'/pets/{id:[0-9]{3}}/photo':\n", "{id}"),
    Mistake("bad-path", _PHOTO, "  ‸'/pets/{id?}/photo':\n", "{id}"),
    Mistake("bad-path", _PHOTO, "  ‸'/pets/{id=pets/*}/photo':\n", "{id}"),
    Mistake("bad-path", _PHOTO, "  ‸/pets/{id}/photo?limit=10:\n", "in: query"),
    Mistake("bad-path", _PHOTO, "  ‸/pets/{id}/photo?limit={limit}:\n", "in: query"),
    Mistake("bad-path", _PHOTO, "  ‸'/pets/{id}/photo#top':\n"),
    Mistake("bad-path", _PHOTO, "  ‸/pets/${id}/photo:\n", "{id}"),
    Mistake("bad-path", "  /pets:\n", "  ‸/pets/{:\n"),
]

SERVERS = [
    Mistake("bad-server", _FIRST, "  - ‸url: https://{region}.example.com/v1?key=1\n"),
    Mistake("bad-server", _SECOND, "  - ‸url: https://test.example.com/v1?a=b\n"),
    Mistake("bad-server", _SECOND, "  - ‸url: https://test.example.com/v1#a\n"),
    Mistake("bad-server", _SECOND, "  - ‸url: htps://test.example.com/v1\n", "https://"),
    Mistake("bad-server", _SECOND, "  - ‸url: https//test.example.com/v1\n", "https://"),
    Mistake("bad-server", _SECOND, "  - ‸url: https:/test.example.com/v1\n", "https://"),
    Mistake("bad-server", _SECOND, "  - ‸url: https:test.example.com/v1\n", "https://"),
    Mistake("bad-server", _SECOND, "  - ‸url: hhtps://test.example.com/v1\n", "https://"),
    Mistake("bad-server", _SECOND, "  - ‸url: wss://test.example.com/v1\n"),
    Mistake("bad-server", _SECOND, "  - ‸url: https:///v1\n"),
    Mistake("bad-server", _SECOND, "  - ‸url: https://test.example.com:80a/v1\n"),
    Mistake("bad-server", _SECOND, "  - ‸url: https://test.example .com/v1\n"),
    Mistake("bad-server", _SECOND, "  - ‸url: test.example.com/v1\n", "https://test.example.com/v1"),
    Mistake("bad-server", _FIRST, "  - ‸url: '{region}.example.com/v1'\n", "https://"),
    Mistake("bad-server", _SECOND, "  - ‸url: localhost:8080\n", "http://localhost:8080"),
    Mistake("bad-server", _SECOND, "  - ‸url: https://{reg.example.com/v1\n"),
    Mistake("bad-server", _REGION, "region: {‸default: ue, enum: [eu, us]}", "eu"),
    Mistake("bad-server", _REGION, "region: {default: eu, enum: [eu, us, ‸eu]}"),
    Mistake(
        "bad-server",
        "    post:\n",
        "    post:\n      servers:\n        - ‸url: htps://other.example.com\n",
        "https://",
    ),
    Mistake(
        "bad-server",
        _PHOTO,
        _PHOTO
        + "    servers:\n      - url: https://eu.example.com/{a}\n        variables: {a: {‸default: x, enum: [y]}}\n",
    ),
]

DISCRIMINATORS = [
    Mistake("bad-discriminator", "          dog: Dog\n", "          ‸dog: Dogg\n", "Dog"),
    Mistake(
        "bad-discriminator",
        "          dog: Dog\n",
        "          ‸dog: '#/components/schemas/Doog'\n",
        "#/components/schemas/Dog",
    ),
    Mistake("bad-discriminator", "          dog: Dog\n", "          ‸dog: '#/components/responses/Failure'\n"),
    Mistake("bad-discriminator", "          dog: Dog\n", "          dog: Dog\n          ‸base: Base\n"),
    Mistake(
        "bad-discriminator",
        "          dog: Dog\n",
        "          dog: Dog\n          ‸base: '#/components/schemas/Base'\n",
    ),
    Mistake("bad-discriminator", "        propertyName: kind\n", "        ‸propertyName: knid\n", "kind"),
    Mistake(
        "bad-discriminator",
        "          cat: '#/components/schemas/Cat'\n          dog: Dog\n",
        "          cat: Cat\n          ‸dgo: Dog\n",
        "dog",
    ),
    Mistake(
        "bad-discriminator",
        "          dog: Dog\n",
        "          ‸hound: Dog\n",
        "dog",
    ),
    Mistake(
        "bad-discriminator",
        _OWNER,
        "owner: {oneOf: [{$ref: '#/components/schemas/Cat'}], discriminator: {‸propertyName: typ}}",
    ),
    Mistake(
        "bad-discriminator",
        "        kind: {type: string, enum: [dog]}\n",
        "        kind: {type: string, enum: [dog]}\n        base: {anyOf: [{$ref: '#/components/schemas/Filter'}], "
        "discriminator: {propertyName: name, mapping: {a: Filter, ‸b: Base}}}\n",
        "Filter",
    ),
]

MEDIA_TYPES = [
    Mistake("unknown-media-type", _PET, "        ‸aplication/problem+json:\n", "application/problem+json"),
    Mistake("unknown-media-type", _PET, "        ‸applicaton/json:\n", "application/json"),
    Mistake("unknown-media-type", _PET, "        ‸application/jsn:\n", "application/json"),
    Mistake("unknown-media-type", _PET, "        ‸application-json:\n", "application/json"),
    Mistake("unknown-media-type", _PET, "        ‸json:\n", "application/json"),
    Mistake("unknown-media-type", _PET, "        ‸application\\json:\n", "application/json"),
    Mistake("unknown-media-type", _PET, "        ‸aplication/json; charset=utf-8:\n", "application/json"),
    Mistake("unknown-media-type", _PET, "        ‸xml:\n", "application/xml"),
    Mistake("unknown-media-type", _PET, "        ‸text:\n", "text/plain"),
    Mistake("unknown-media-type", _PET, "        ‸txt/plain:\n", "text/plain"),
    Mistake("unknown-media-type", _PET, "        ‸text/plian:\n", "text/plain"),
    Mistake("unknown-media-type", _PET, "        ‸application/octetstream:\n", "application/octet-stream"),
    Mistake("unknown-media-type", _PET, "        ‸application/octet_stream:\n", "application/octet-stream"),
    Mistake("unknown-media-type", "multipart/form-data:", "‸multipart/formdata:", "multipart/form-data"),
    Mistake("unknown-media-type", "multipart/form-data:", "‸multipart/form-dta:", "multipart/form-data"),
    Mistake("unknown-media-type", "multipart/form-data:", "‸mutlipart/form-data:", "multipart/form-data"),
    Mistake("unknown-media-type", "multipart/form-data:", "‸form-data:", "multipart/form-data"),
    Mistake(
        "unknown-media-type",
        "          application/json:\n            schema: {$ref",
        "          ‸application/x-www-form-urlencode:\n            schema: {$ref",
        "application/x-www-form-urlencoded",
    ),
    Mistake("unknown-media-type", _TRACE, "content: {‸aplication/json: {schema: {type: string}}}", "application/json"),
    Mistake(
        "unknown-media-type",
        "photo: {contentType: 'image/png, image/jpeg'}",
        "photo: {‸contentType: 'image/png, imgae/jpeg'}",
        "image/jpeg",
    ),
    Mistake(
        "unknown-media-type",
        _OWNER,
        "owner: {type: string, ‸contentMediaType: aplication/json}",
        "application/json",
        _SINCE_3_1,
    ),
]

FORMATS = [
    Mistake("unknown-format", _TRACE, "schema: {type: string, ‸format: uiud}", "uuid"),
    Mistake("unknown-format", _LIMIT, "schema: {type: integer, ‸format: int46}", "int64"),
    Mistake("unknown-format", _REST, "{schema: {type: integer, ‸format: in64}}", "int64"),
    Mistake("unknown-format", _OWNER, "owner: {type: string, ‸format: emial}", "email"),
    Mistake("unknown-format", _TITLE, "properties: {title: {type: string, ‸format: e-mail}}", "email"),
    Mistake("unknown-format", _TAGS, "tags: {type: array, items: {type: string, ‸format: pasword}}", "password"),
    Mistake("unknown-format", "format: binary", "‸format: binery", "binary"),
    Mistake("unknown-format", "format: date}", "‸format: datetime}", "date-time"),
    Mistake("unknown-format", "format: date}", "‸format: Date}", "date"),
    Mistake("unknown-format", "format: date}", "‸format: date_time}", "date-time"),
    Mistake("unknown-format", _NAMES, "names: {type: object, additionalProperties: {‸format: dtae}}", "date"),
    Mistake("unknown-format", _SCORE, "score: {type: number, ‸format: duoble, minimum: 0}", "double"),
    Mistake("contradiction", _LIMIT, "schema: {type: integer, ‸format: uuid}"),
    Mistake("contradiction", _REST, "{schema: {type: integer, ‸format: date-time}}"),
    Mistake("contradiction", _OWNER, "owner: {type: string, ‸format: int32}"),
    Mistake("contradiction", _OWNER, "owner: {type: boolean, ‸format: password}"),
    Mistake("contradiction", _TAGS, "tags: {type: array, ‸format: binary, items: {type: string}}"),
    Mistake("contradiction", _NAMES, "names: {type: object, ‸format: date}"),
    Mistake("contradiction", _OWNER, "owner: {type: [integer, 'null'], ‸format: email}", versions=_SINCE_3_1),
]

AUTHENTICATION = [
    Mistake("unknown-http-scheme", "scheme: bearer", "‸scheme: digset", "digest"),
    Mistake("unknown-http-scheme", "scheme: bearer", "‸scheme: baerer", "bearer"),
    Mistake("unknown-http-scheme", "scheme: bearer", "‸scheme: Bearer token", "bearer"),
    Mistake("unknown-http-scheme", "scheme: bearer", "‸scheme: bsaic", "basic"),
]

BOUNDS = [
    Mistake("contradiction", _SESSION, "schema: {type: string, ‸minLength: 21, maxLength: 20}"),
    Mistake("contradiction", _LIMIT, "schema: {type: integer, ‸minimum: 101, maximum: 100}"),
    Mistake("contradiction", "      minItems: 1\n", "      ‸minItems: 3\n"),
    Mistake("contradiction", _NAMES, "names: {type: object, ‸minProperties: 2, maxProperties: 1}"),
    Mistake("contradiction", _SCORE, "score: {type: number, ‸exclusiveMinimum: 1, maximum: 1}", versions=_SINCE_3_1),
    Mistake("contradiction", _SCORE, "score: {‸exclusiveMinimum: 1, exclusiveMaximum: 1}", versions=_SINCE_3_1),
    Mistake("contradiction", _SCORE, "score: {‸minimum: 1, maximum: 1, exclusiveMaximum: true}", versions=_IN_3_0),
    Mistake("contradiction", _SESSION, "schema: {type: string, minLength: 1, ‸maximum: 20}", "maxLength"),
    Mistake("contradiction", _LIMIT, "schema: {type: integer, minimum: 1, ‸maxLength: 3}", "maximum"),
    Mistake("contradiction", _TAGS, "tags: {type: array, items: {type: string}, ‸maxLength: 3}", "maxItems"),
    Mistake("contradiction", _NAMES, "names: {type: object, ‸minItems: 3}", "minProperties"),
    Mistake("contradiction", _REST, "{schema: {type: integer, ‸pattern: a}}"),
    Mistake("contradiction", _OWNER, "owner: {type: string, ‸uniqueItems: true}"),
    Mistake("contradiction", _OWNER, "owner: {type: boolean, ‸minLength: 1}"),
    Mistake("contradiction", _OWNER, "owner: {type: [integer, 'null'], ‸minLength: 1}", "minimum", _SINCE_3_1),
]

VALUES = [
    Mistake("enum-mismatch", _CAT_KIND, "kind: {type: string, enum: [cat, ‸null]}", "null"),
    Mistake("enum-mismatch", _KINDS, "{type: string, enum: [cat, dog, ‸cat]}"),
    Mistake("enum-mismatch", _LIMIT, "schema: {type: integer, enum: [1, ‸1.0]}"),
    Mistake("enum-mismatch", _LIMIT, "schema: {type: integer, enum: [1, ‸'2']}"),
    Mistake("enum-mismatch", _OWNER, "owner: {type: string, ‸const: c, enum: [a, b]}", versions=_SINCE_3_1),
    Mistake("enum-mismatch", _OWNER, "owner: {type: string, ‸const: null}", versions=_SINCE_3_1),
    Mistake("enum-mismatch", _OWNER, "owner: {type: string, ‸enum: []}", versions=_SINCE_3_1),
    Mistake("enum-mismatch", _LIMIT, "schema: {type: string, ‸enum: []}", versions=_SINCE_3_1),
]

TYPES = [
    Mistake("contradiction", _OWNER, "owner: {type: string, ‸properties: {a: {type: string}}}", "object"),
    Mistake("contradiction", _TRACE, "schema: {type: string, ‸properties: {a: {type: string}}}", "object"),
    Mistake("contradiction", _TAGS, "tags: {type: array, items: {}, ‸properties: {a: {type: string}}}", "object"),
    Mistake("contradiction", _NAMES, "names: {type: object, ‸items: {type: string}}", "array"),
    Mistake("contradiction", _REST, "{schema: {type: integer, ‸items: {type: string}}}", "array"),
    Mistake("contradiction", _OWNER, "owner: {type: string, ‸required: [a]}", "object"),
    Mistake("contradiction", _OWNER, "owner: {type: string, ‸additionalProperties: false}", "object"),
    Mistake("contradiction", _NAMES, "names: {type: object, ‸prefixItems: [{}]}", "array", _SINCE_3_1),
    Mistake("contradiction", _OWNER, "owner: {allOf: [{type: string}, {‸type: integer}]}"),
    Mistake("contradiction", _OWNER, "owner: {allOf: [{$ref: '#/components/schemas/Kinds'}, {‸type: object}]}"),
    Mistake("contradiction", _OWNER, "owner: {type: object, allOf: [{‸$ref: '#/components/schemas/Kinds'}]}"),
    Mistake("contradiction", _OWNER, "owner: {type: object, allOf: [{allOf: [{‸type: string}]}]}"),
    Mistake(
        "contradiction",
        "schema: {$ref: '#/components/schemas/Filter'}",
        "schema: {allOf: [{$ref: '#/components/schemas/Filter'}, {‸type: string}]}",
    ),
    Mistake("contradiction", _OWNER, "owner: {type: string, readOnly: true, ‸writeOnly: true}"),
    Mistake("not-openapi", _OWNER, "owner: {‸type: strnig}", "string"),
    Mistake("not-openapi", "{type: http, scheme: bearer}", "{‸type: htp, scheme: bearer}", "http", _SINCE_3_1),
    Mistake("not-openapi", "        '201': {description: Added.}\n", "        ‸2xx: {description: Added.}\n", "2XX"),
    Mistake("no-items", _TAGS, "tags: {‸type: array}", "items"),
    Mistake("no-items", _LIMIT, "schema: {‸type: array}", "items"),
    Mistake("no-items", _TITLE, "properties: {title: {oneOf: [{type: string}, {‸type: array}]}}", "items"),
    Mistake("no-items", "      type: array\n      items: ", "      ‸type: array\n      x-items: ", "items"),
    Mistake("no-items", _OWNER, "owner: {‸type: [array, 'null']}", "items", _SINCE_3_1),
]

_BASE = "{$ref: '#/components/schemas/Base'}"
_CLOSED = "additionalProperties: false, properties: {age: {type: integer}}"
ALL_OF = [
    Mistake("contradiction", _OWNER, "owner: {allOf: [{type: string, minLength: 5}, {‸maxLength: 3}]}", "change one"),
    Mistake("contradiction", _OWNER, "owner: {type: string, maxLength: 3, allOf: [{‸minLength: 5}]}"),
    Mistake("contradiction", _LIMIT, "schema: {allOf: [{type: integer, maximum: 3}, {type: integer, ‸minimum: 5}]}"),
    Mistake("contradiction", _OWNER, "owner: {type: number, allOf: [{maximum: 3}, {allOf: [{}, {‸minimum: 5}]}]}"),
    Mistake("contradiction", _OWNER, "owner: {type: number, allOf: [{maximum: 3}, {maximum: 9}, {‸minimum: 5}]}"),
    Mistake("contradiction", _TAGS, "tags: {type: array, items: {}, allOf: [{minItems: 5}, {‸maxItems: 3}]}"),
    Mistake("contradiction", _NAMES, "names: {type: object, allOf: [{minProperties: 2}, {‸maxProperties: 1}]}"),
    Mistake(
        "contradiction",
        _OWNER,
        "owner: {allOf: [{$ref: '#/components/schemas/Kinds'}, {type: array, items: {}, ‸minItems: 3}]}",
    ),
    Mistake(
        "contradiction",
        _OWNER,
        "owner: {allOf: [{type: array, items: {}, minItems: 3}, {‸$ref: '#/components/schemas/Kinds'}]}",
    ),
    Mistake("contradiction", _SCORE, "score: {allOf: [{maximum: 1}, {‸exclusiveMinimum: 1}]}", versions=_SINCE_3_1),
    Mistake(
        "contradiction",
        _SCORE,
        "score: {allOf: [{minimum: 1}, {‸maximum: 1, exclusiveMaximum: true}]}",
        versions=_IN_3_0,
    ),
    Mistake(
        "contradiction",
        _OWNER,
        "owner: {$ref: '#/components/schemas/Kinds', minItems: 1, allOf: [{‸minItems: 3}]}",
        versions=_SINCE_3_1,
    ),
    Mistake("contradiction", _LIVES, "score: {type: number, ‸maximum: -1}"),
    Mistake("contradiction", _LIVES, "score: {‸type: string}"),
    Mistake("contradiction", _LIVES, "name: {allOf: [{‸type: integer}]}"),
    Mistake("contradiction", _LIVES, "name: {‸$ref: '#/components/schemas/Kinds'}"),
    Mistake(
        "contradiction",
        _NAMES,
        "names: {allOf: [{type: array, items: {type: string}}, {type: array, items: {‸type: integer}}]}",
    ),
    Mistake("contradiction", _OWNER, "owner: {type: string, allOf: [{enum: [a, b]}, {‸enum: [c, d]}]}"),
    Mistake("contradiction", _OWNER, "owner: {type: string, enum: [a], allOf: [{‸enum: [b]}]}"),
    Mistake(
        "contradiction", _OWNER, "owner: {allOf: [{type: string, const: a}, {‸enum: [b, c]}]}", versions=_SINCE_3_1
    ),
    Mistake("contradiction", _OWNER, "owner: {type: string, enum: [b], allOf: [{‸const: a}]}", versions=_SINCE_3_1),
    Mistake(
        "contradiction",
        _OWNER,
        "owner: {allOf: [{$ref: '#/components/schemas/Cat'}, {properties: {kind: {type: string, ‸enum: [dog]}}}]}",
    ),
    Mistake("contradiction", _OWNER, f"owner: {{allOf: [{_BASE}, {{type: object, ‸{_CLOSED}}}]}}", "properties"),
    Mistake("contradiction", _OWNER, f"owner: {{allOf: [{_BASE}], type: object, ‸{_CLOSED}}}", "properties"),
    Mistake("contradiction", _OWNER, f"owner: {{allOf: [{{type: object, ‸{_CLOSED}}}, {_BASE}]}}", "properties"),
    Mistake(
        "contradiction", _OWNER, f"owner: {{allOf: [{_BASE}], type: object, ‸{_CLOSED}}}", "unevaluated", _SINCE_3_1
    ),
    Mistake(
        "contradiction",
        _OWNER,
        f"owner: {{allOf: [{_BASE}, {{type: object, ‸{_CLOSED.replace('additional', 'unevaluated')}}}]}}",
        "beside `allOf`",
        _SINCE_3_1,
    ),
    Mistake(
        "contradiction",
        _OWNER,
        "owner: {allOf: [{type: object, ‸additionalProperties: false}, {type: object, properties: {a: {}}}]}",
    ),
    Mistake(
        "contradiction",
        _OWNER,
        f"owner: {{type: object, ‸{_CLOSED}, anyOf: [{{type: object, properties: {{a: {{}}}}}}, {_BASE}]}}",
    ),
    Mistake(
        "contradiction",
        "    Base:\n      type: object\n",
        "    Base:\n      type: object\n      ‸additionalProperties: false\n",
    ),
]

PATTERNS = [
    Mistake("bad-pattern", _ID, "schema: {type: string, ‸pattern: '/^[a-z]+$/'}", "^[a-z]+$"),
    Mistake("bad-pattern", _ID, "schema: {type: string, ‸pattern: '/^[a-z]+$/i'}", "^[a-z]+$"),
    Mistake("bad-pattern", _OWNER, "owner: {type: string, ‸pattern: '/[a-z]/'}", "[a-z]"),
    Mistake(
        "bad-pattern",
        _NAMES,
        "names: {type: object, patternProperties: {‸'/^a$/': {type: string}}}",
        "^a$",
        _SINCE_3_1,
    ),
]

_BROKEN = "owner: {‸$ref: '#/components/"
REFERENCES = [
    Mistake("wrong-ref", _OWNER, _BROKEN + "responses/Failure'}"),
    Mistake("wrong-ref", _OWNER, _BROKEN + "schemas/Base/properties'}", "#/components/schemas/Base"),
    Mistake("wrong-ref", _OWNER, _BROKEN + "schemas/Base/required'}", "#/components/schemas/Base"),
    Mistake("wrong-ref", _OWNER, _BROKEN + "schemas/Base/properties/name/type'}", "properties/name"),
    Mistake("wrong-ref", _OWNER, "owner: {‸$ref: '#/info'}"),
    Mistake("unresolved-ref", _OWNER, 'owner: {‸$ref: "a\\0.yaml"}'),
    Mistake("unresolved-ref", _OWNER, 'owner: {‸$ref: "a/\\0/b.yaml#/b"}'),
    Mistake("unresolved-ref", _OWNER, "owner: {‸$ref: '//[a.yaml'}"),
    Mistake("wrong-ref", _OWNER, "owner: {‸$ref: '#/info/title'}"),
    Mistake("wrong-ref", _OWNER, _BROKEN + "schemas'}"),
    Mistake("wrong-ref", _LIMIT, "schema: {‸$ref: '#/paths/~1pets/get'}"),
    Mistake("wrong-ref", _REST, "{‸$ref: '#/components/schemas/Base'}"),
    Mistake("wrong-ref", _TAGS, "tags: {type: array, items: {‸$ref: '#/components/responses/Failure'}}"),
    Mistake("unresolved-ref", _OWNER, _BROKEN + "schemas/Bsae'}", "#/components/schemas/Base"),
    Mistake("unresolved-ref", _OWNER, _BROKEN + "schema/Base'}", "#/components/schemas/Base"),
    Mistake("unresolved-ref", _OWNER, "owner: {‸$ref: Base}", "#/components/schemas/Base"),
    Mistake("unresolved-ref", _OWNER, "owner: {‸$ref: '#/definitions/Base'}", "#/components/schemas/Base"),
    # Told once, not again where something refers to what is wrong.
    Mistake(
        "unresolved-ref",
        "    Failure:\n      description: It failed.\n",
        "    Failure: {‸$ref: 'failure.yaml'}\n    More:\n      description: It failed.\n",
        "folder",
    ),
    Mistake("unknown-field", "  responses:\n    Failure:\n", "  ‸reponses:\n    Failure:\n", "responses"),
    Mistake("unknown-field", "  schemas:\n    Filter:\n", "  ‸shemas:\n    Filter:\n", "schemas"),
]

ENCODINGS = [
    Mistake("bad-encoding", "              photo: {contentType", "              ‸phto: {contentType", "photo"),
    Mistake(
        "bad-encoding",
        "            schema: {$ref: '#/components/schemas/Pet'}\n      responses:\n        '201'",
        "            schema: {$ref: '#/components/schemas/Pet'}\n            ‸encoding: {kind: {explode: true}}\n"
        "      responses:\n        '201'",
    ),
    Mistake("bad-style", "{contentType: 'image/png, image/jpeg'}", "{‸style: deepObject}"),
    Mistake("bad-style", _LIMIT, "‸style: deepObject, schema: {type: integer}"),
    Mistake("bad-style", _LIMIT, "‸style: deepObject, schema: {type: string}"),
    Mistake("bad-style", _LIMIT, "‸style: pipeDelimited, schema: {type: integer}"),
    Mistake("bad-style", _LIMIT, "‸style: spaceDelimited, schema: {type: string}"),
]

_REPLACED = "      responses:\n        '204': {description: Replaced.}\n"
_REPLACED += "        4XX: {$ref: '#/components/responses/Failure'}\n"
ANSWERS = [
    Mistake("no-success", "      responses:\n        '201': {description: Added.}\n", "      ‸responses:\n"),
    Mistake("no-success", _REPLACED, "      ‸responses:\n        '404': {description: Unknown.}\n"),
    Mistake("no-success", _REPLACED, "      ‸responses:\n        5XX: {description: Broken.}\n"),
]

_ADDED = "        '201': {description: Added.}\n"
_PETS = (
    "            application/json:\n              schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}\n"
)
_PET_BODY = "          application/json:\n            schema: {$ref: '#/components/schemas/Pet'}\n"
_EMPTY = "        '204': {description: Replaced.}\n"
NOTHING_SAID = [
    Mistake("no-schema", _PETS, "            ‸application/json: {}\n", "schema: {}"),
    Mistake("no-schema", _PETS, "            ‸application/json:\n              example: [{kind: cat, name: a}]\n"),
    Mistake("no-schema", _PETS, "            ‸application/json:\n              x-note: A list of pets.\n"),
    Mistake("no-schema", _PET_BODY, "          ‸application/merge-patch+json: {}\n"),
    Mistake("no-schema", _LIMIT, "content: {‸application/json: {}}"),
    Mistake(
        "no-schema", _ADDED, "        '201': {description: Added., content: {‸application/json; charset=utf-8: {}}}\n"
    ),
    Mistake("no-content", _EMPTY, f"{_EMPTY[:-2]}, ‸content: {{application/json: {{}}}}}}\n", "take `content` away"),
    Mistake("no-content", _EMPTY, f"{_EMPTY[:-2]}, ‸content: {{text/plain: {{schema: {{type: string}}}}}}}}\n"),
    Mistake("no-content", _EMPTY, f"{_EMPTY}        '304': {{description: As it was, ‸content: {{'*/*': {{}}}}}}\n"),
    Mistake(
        "no-content",
        _EMPTY,
        "        ‸'204': {$ref: '#/components/responses/Failure'}\n        '200': {description: Replaced.}\n",
        "describe this response without `content`",
    ),
    Mistake("no-value", _PETS, f"{_PETS}              examples: {{‸None: {{summary: No pet yet}}}}\n", "`value`"),
    Mistake("no-value", _PETS, f"{_PETS}              examples: {{None: {{value: []}}, ‸Some: {{}}}}\n"),
    Mistake("no-value", _LIMIT, f"{_LIMIT}, examples: {{‸Low: {{description: Few.}}}}"),
    Mistake("no-value", _PET_BODY, f"{_PET_BODY}            examples: {{‸Cat: {{x-note: A cat.}}}}\n"),
]

_SCHEME = "components:\n  securitySchemes:\n    key: {type: http, scheme: bearer}\n"
_NAMED = "{x-python-attribute: rest, schema: {type: integer}}"
SAID_TWICE = [
    Mistake(
        "bad-extension",
        f"{_PHOTO}    put:\n      operationId: replace-photo\n",
        f"  /c:\n    get: {_DONE.replace('{', '{x-python-command: photo, ', 1)}\n"
        f"{_PHOTO}    put:\n      operationId: replace-photo\n      ‸x-python-command: photo\n",
        "another command",
    ),
    Mistake(
        "bad-extension",
        f"X-Rest: {_REST}\n",
        f"X-Rest: {_NAMED}\n            X-Left: {_NAMED.replace('{', '{‸', 1)}\n",
        "another attribute",
    ),
    Mistake(
        "bad-extension",
        f"X-Rest: {_REST}\n",
        f"X-Rest: {_NAMED.replace('{', '{‸', 1).replace('rest', 'request_id')}\n            Request-Id: {_REST}\n",
    ),
]

NAMES = [
    Mistake("no-name", "operationId: list-pets", "‸operationId: '---'"),
    Mistake("no-name", "operationId: list-pets", "‸operationId: '!?'"),
    Mistake("no-name", "operationId: list-pets", "‸operationId: '🐶'"),
    Mistake("no-name", "operationId: list-pets", "‸operationId: ' '"),
]

EMPTY = [
    Mistake("empty-value", _LIVES, "lives: {type: integer, ‸default: }", "null"),
    Mistake("empty-value", _OWNER, "owner: {type: string, ‸description: }", "''"),
    Mistake("empty-value", _OWNER, "owner: {type: string, ‸example: }"),
    Mistake("empty-value", _KINDS, "\n        type: string\n        enum:\n          - cat\n          -‸\n"),
    Mistake("empty-value", "        '201': {description: Added.}\n", "        ‸'201':\n"),
    Mistake("empty-value", _OWNER, "owner: {type: object, ‸properties: }"),
    Mistake("empty-value", "      summary: List the pets\n", "      summary: List the pets\n      ‸description:\n"),
    Mistake("empty-value", "  title: Pets\n", "  ‸title:\n"),
]

SYNTAX = [
    Mistake("yaml-syntax", "summary: List the pets\n", "summary: ‸'List the pets\n", "closed"),
    Mistake("yaml-syntax", "summary: List the pets\n", 'summary: ‸"List the pets\n', "closed"),
    Mistake("yaml-syntax", "description: The pets.\n", "description: ‸'The pets.\n", "closed"),
    Mistake("yaml-syntax", "description: It failed.\n", 'description: ‸"It failed.\n', "closed"),
    Mistake("yaml-syntax", "summary: List the pets\n", "summary:‸List the pets\n", "space"),
    Mistake("yaml-syntax", "operationId: list-pets\n", "operationId:‸list-pets\n", "space"),
    Mistake("yaml-syntax", "        propertyName: kind\n", "        propertyName:‸kind\n", "space"),
    Mistake("yaml-syntax", "  title: Pets\n", "  title:‸Pets\n", "space"),
    Mistake("yaml-syntax", "  version: 1.0.0\n", "  version:‸1.0.0\n", "space"),
    Mistake("yaml-space", _OWNER, "owner:\n          type:‸string"),
    Mistake("yaml-space", _OWNER, "owner:\n          $ref:‸'#/components/schemas/Base'"),
    Mistake("yaml-space", "        '201': {description: Added.}\n", "        '201':\n          description:‸Added.\n"),
    Mistake("yaml-syntax", "      maxItems: 2\n", "      maxItems:‸2\n", "space"),
    Mistake("yaml-syntax", "summary: List the pets\n", "summary:‸\xa0List the pets\n", "U+00A0"),
    Mistake("yaml-space", "      summary: List the pets\n", "      ‸\xa0summary: List the pets\n", "U+00A0"),
    Mistake("yaml-syntax", "      summary: List the pets\n", "‸" + "\xa0" * 6 + "summary: List the pets\n", "U+00A0"),
    Mistake("yaml-space", "  title: Pets\n", "  ‸\u3000title: Pets\n", "U+3000"),
    Mistake("yaml-syntax", "  title: Pets\n", "  title:‸\u200bPets\n", "U+200B"),
    Mistake("yaml-syntax", "      operationId: list-pets\n", "     ‸operationId: list-pets\n", "by 6 spaces"),
    Mistake("yaml-syntax", "      operationId: list-pets\n", "    ‸operationId: list-pets\n", "by 6 spaces"),
    Mistake(
        "yaml-syntax",
        "      summary: List the pets\n      parameters:\n",
        "      summary: List the pets\n        ‸parameters:\n",
        "by 6 spaces",
    ),
    Mistake("yaml-syntax", "  version: 1.0.0\n", "   ‸version: 1.0.0\n", "by 2 spaces"),
    Mistake(
        "yaml-syntax",
        "      maxItems: 2\n",
        "\n       # more\n       ‸maxItems: 2\n",
        "indented",
    ),
    Mistake(
        "yaml-syntax",
        "      summary: List the pets\n",
        "      summary: List the pets\n      description: |\n        One\n   ‸two\n",
        "indent",
    ),
    Mistake(
        "yaml-syntax",
        "      summary: List the pets\n",
        "      summary: List the pets\n      description: >\n        One\n      ‸two and three\n      four\n",
        "indent",
    ),
    Mistake(
        "yaml-syntax",
        "      summary: List the pets\n",
        "      summary: List the pets\n      description: |\n      ‸One\n",
        "indent",
    ),
    Mistake(
        "yaml-syntax",
        "      summary: List the pets\n",
        "      summary: List the pets\n      description: |\n\n    ‸- One\n    - two\n",
        "indent",
    ),
    Mistake(
        "yaml-syntax",
        "      summary: List the pets\n",
        "      summary: List the pets\n      description: |\n        One\n       ‸Note: two\n",
        "indent",
    ),
]

MISTAKES = {
    "unsendable": UNSENDABLE,
    "required": REQUIRED,
    "path": PATHS,
    "server": SERVERS,
    "discriminator": DISCRIMINATORS,
    "media-type": MEDIA_TYPES,
    "format": FORMATS,
    "authentication": AUTHENTICATION,
    "bound": BOUNDS,
    "value": VALUES,
    "type": TYPES,
    "all-of": ALL_OF,
    "pattern": PATTERNS,
    "reference": REFERENCES,
    "encoding": ENCODINGS,
    "answer": ANSWERS,
    "nothing said": NOTHING_SAID,
    "said twice": SAID_TWICE,
    "name": NAMES,
    "empty": EMPTY,
    "syntax": SYNTAX,
}

#: Changes that resemble mistakes but are none, each as what stands there before and after it.
SOUND = [
    (  # a parameter of the whole path, as an argument of the call that tries credentials
        f"{_PHOTO}    put:\n",
        f"{_PHOTO}    parameters: [{{name: turn, in: query, schema: {{type: integer}}}}]\n"
        "    put:\n      x-python-check: {turn: 1}\n",
    ),
    (_OWNER, "owner: {type: string, format: ulid}"),
    (_PETS, "            text/plain: {}\n"),
    (f"X-Rest: {_REST}\n", f"Request-Id: {_REST}\n            X-Request-Id: {_REST}\n"),
    (f"X-Rest: {_REST}\n", f"X-Rest: {_NAMED}\n            Request-Id: {_REST}\n"),
    (  # one key, which is sent as a header or in the query
        _SCHEME,
        f"  /c:\n    get: {_DONE.replace('{', '{security: [{other: []}], ', 1)}\n"
        f"{_SCHEME[:-2]}, x-environment-variable: PETS_A}}\n"
        "    other: {type: apiKey, in: query, name: key, x-environment-variable: PETS_A}\n",
    ),
    (_EMPTY, f"{_EMPTY[:-2]}, content: {{}}}}\n"),
    (f"{_PHOTO}    put:\n", f"{_PHOTO}    head: {_HEAD}\n    put:\n"),  # its headers are those of GET (RFC 9110, 9.3.2)
    (_PETS, "            application/json: {schema: {}, examples: {None: {value: null}}}\n"),
    (_OWNER, "owner: {type: string, format: int64}"),
    (_LIMIT, "schema: {type: integer, format: int16}"),
    (_LIMIT, "schema: {type: integer, format: unix-time}"),
    (_PET, "        application/vnd.pets+json:\n"),
    (_PET, "        application/jsonl:\n"),
    (_PET, "        application/json; charset=utf-8:\n"),
    (_LIMIT, "style: deepObject, schema: {type: array, items: {type: string}}"),
    (_OWNER, "owner: {allOf: [{type: array}, {$ref: '#/components/schemas/Kinds'}]}"),
    (_OWNER, "owner: {type: string, pattern: '/a/b/'}"),
    (_OWNER, "owner: {type: object, required: [a], additionalProperties: {type: string}}"),
    (_OWNER, "owner: {type: object, required: [a]}"),
    (_OWNER, "owner: {type: object, properties: {a: {}, b: {}}, oneOf: [{required: [a]}, {required: [b]}]}"),
    (_OWNER, "owner: {type: string, x-note: }"),
    (_OWNER, "owner: {type: number, minimum: 1, maximum: 1}"),
    (_OWNER, "owner: {allOf: [{type: number}, {type: integer}]}"),
    ("      required: [name]\n", "      required: [name, kind]\n"),
    (_SECOND, "  - url: http://localhost:8080/v1\n"),
    (_SECOND, "  - url: /v1\n"),
    (
        _OWNER,
        "owner: {properties: {by: {type: string}}, oneOf: [{$ref: '#/components/schemas/Filter'}], "
        "discriminator: {propertyName: by}}",
    ),
    (_OWNER, "owner: {type: number, allOf: [{minimum: 3}, {maximum: 3}]}"),
    (_OWNER, "owner: {type: number, anyOf: [{minimum: 5}, {maximum: 3}]}"),
    (_OWNER, "owner: {type: string, allOf: [{enum: [a, b]}, {enum: [b, c]}]}"),
    (_OWNER, f"owner: {{allOf: [{_BASE}], type: object, {_CLOSED.replace('additional', 'unevaluated')}}}"),
    (_OWNER, f"owner: {{allOf: [{_BASE}, {_BASE}, {{type: object, properties: {{name: {{type: string}}}}}}]}}"),
    (_OWNER, f"owner: {{oneOf: [{_BASE}, {{type: object, {_CLOSED}}}]}}"),
    (
        _OWNER,
        "owner: {type: object, additionalProperties: false, properties: {a: {}, b: {}}, "
        "allOf: [{required: [a]}, {properties: {b: {type: string}}}]}",
    ),
    (
        _OWNER,
        "owner: {type: object, additionalProperties: false, patternProperties: {'^a': {}}, "
        "allOf: [{properties: {a: {}}}]}",
    ),
    (
        _OWNER,
        f"owner: {{type: object, {_CLOSED}, allOf: [{{not: {{required: [x]}}, properties: {{x: false}}}}]}}",
    ),
]


#: Mistakes in our own description of which several checks find something: each is told once, where it is.
CAUSES = [
    # A keyword of a schema, and what the schema says without it.
    Mistake("unknown-field", _TAGS, "tags: {type: array, ‸itmes: {type: string}, default: [1], items: {maximum: 1}}"),
    Mistake("unknown-field", _OWNER, "owner: {type: string, ‸emun: [a], const: b, default: 1}", "enum", _SINCE_3_1),
    Mistake("unknown-field", "      properties:\n        name: {", "      ‸proprties:\n        name: {", "properties"),
    Mistake("unknown-field", "              properties:\n", "              ‸propertis:\n", "properties"),
    Mistake(
        "unknown-member",
        "            required: [title]\n",
        "            required: [‸tilte]\n            example: {title: a}\n",
    ),
    Mistake("enum-mismatch", _OWNER, "owner: {type: string, enum: [cat, ‸1], default: dog}"),
    Mistake("default-mismatch", _OWNER, "owner: {type: string, enum: [cat], ‸default: dog, example: dog}"),
    # A reference or a field, and what relies on what stands there.
    Mistake(
        "unresolved-ref",
        "        - $ref: '#/components/schemas/Base'\n",
        "        - ‸$ref: '#/components/schemas/Bsae'\n",
        "Base",
    ),
    Mistake("unknown-field", "  schemas:\n", "  ‸shcemas:\n", "schemas"),
    Mistake("unknown-field", "components:\n", "‸componets:\n", "components"),
    Mistake("unknown-field", "security:\n", "‸secuirty:\n", "security"),
    Mistake("unknown-field", "operationId: list-pets", "‸opertionId: list-pets", "operationId"),
    Mistake("unknown-field", "{name: limit, in: query", "{‸nmae: limit, in: query", "name"),
    Mistake("unknown-field", "{name: id, in: path", "{‸nmae: id, in: path", "name"),
    Mistake(
        "unknown-field", "      requestBody:\n        content:\n", "      requestBody:\n        ‸conent:\n", "content"
    ),
    Mistake(
        "unknown-field",
        "        4XX: {$ref: '#/components/responses/Failure'}\n    post:",
        "        4XX: {‸$rf: '#/components/responses/Failure'}\n    post:",
        "$ref",
    ),
    # A schema, and the value of an example, of which the key is misspelt.
    Mistake("unknown-field", _PETS, _PETS.replace("schema: {t", "‸shcema: {t"), "schema"),
    Mistake("unknown-field", _PETS, f"{_PETS}              examples: {{None: {{‸vlaue: []}}}}\n", "value"),
    # A member of an example, in a closed object, an open one, a list, one of several variants.
    Mistake(
        "default-mismatch",
        _OWNER,
        "owner: {required: [name], properties: {name: {}}, additionalProperties: false, default: {‸naem: a}}",
        "name",
    ),
    Mistake("example-mismatch", _OWNER, "owner: {type: object, properties: {name: {}}, example: {‸nme: a}}", "name"),
    Mistake(
        "default-mismatch",
        _OWNER,
        "owner: {type: array, items: {$ref: '#/components/schemas/Base'}, default: [{name: a, ‸scor: 1}]}",
        "score",
    ),
    Mistake(
        "example-mismatch",
        _OWNER,
        "owner: {allOf: [{$ref: '#/components/schemas/Cat'}], example: {kind: cat, name: a, ‸livse: 1}}",
        "lives",
    ),
    # A rule that asks for what is nowhere.
    Mistake(
        "bad-extension",
        "  package: pets\n",
        "  package: pets\n  rules:\n    no-answer-header: [X-Rest, ‸X-Test]\n",
        "X-Rest",
    ),
    Mistake(
        "unresolved-ref",
        "  package: pets\n",
        "  package: pets\n  rules:\n    ‸other-error-schema: '#/components/schemas/Bsae'\n",
        "Base",
    ),
    # A key without its value, which stands beside it.
    Mistake("empty-value", "            encoding:\n", "            ‸encoding:\n            photo:\n"),
    # A key that is left out, so that what is within it comes to stand in another.
    Mistake(
        "duplicate-key", "        score: {type: number", "        ‸name: {minimum: 1}\n        score: {type: number"
    ),
]
