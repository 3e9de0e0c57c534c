"""Names that read like fields of OpenAPI, or that are no text at all."""

from __future__ import annotations

from tests.support.cases import Answer, Case


def test_sent(case: Case) -> None:
    """As they stand in the description."""
    sent = case.call(
        lambda client: client.default.make_thing(
            default="y",
            example="b",
            ref="r",
            field_=1,
            enum=[{"$ref": "s"}],
            properties={"properties": {"": 2}, "default": {"additionalProperties": "z"}},
        ),
        Answer(200, b'{"default": {"additionalProperties": "q", "": 3}}'),
    )
    assert sent.target == "/things?default=y&example=b"
    assert sent.body == (
        b'{"$ref":"r","":1,"enum":[{"$ref":"s"}],"properties":{"properties":{"":2},'
        b'"default":{"additionalProperties":"z"}}}'
    )
    assert (sent.result.default.additional_properties, sent.result.default.field_) == ("q", 3)


def test_default_answer(case: Case) -> None:
    """`default` among answers is no default value: what it refers to is looked at."""
    error = case.error(lambda client: client.default.make_thing(), Answer(400, b'{"const": "c", "x-python": "p"}'))
    assert (error.envelope.const, error.envelope.x_python) == ("c", "p")
