"""Names that the package has a use for itself."""

from __future__ import annotations

import datetime

from tests.support.cases import Answer, Case


def test_arguments(case: Case) -> None:
    """Those of every method keep their meaning, the description's get an underscore."""
    sent = case.call(
        lambda client: client.client.call(
            self_="a",
            client="b",
            timeout_=1,
            total_timeout_=2,
            max_retries_=3,
            extra_headers_="x",
            content_type_="c",
            body_query="d",
            models="e",
            answer="f",
            body=[1],
            timeout=5.0,
            extra_headers={"X-Own": "y"},
        )
    )
    assert sent.target == (
        "/things?self=a&client=b&timeout=1&total_timeout=2&max_retries=3&extra_headers=x&content_type=c&body=d&models=e&answer=f"
    )
    assert sent.body == b"[1]"
    assert sent.headers["x-own"] == "y"


def test_tags(case: Case) -> None:
    """Tags named like our modules."""
    assert case.call(lambda client: client.errors.get_errors()).target == "/errors"
    assert case.call(lambda client: client.typing.get_types()).target == "/types"


def test_methods(case: Case) -> None:
    """What the class of a tag needs keeps its meaning for the methods after it."""

    def sent_by(name: str) -> str:
        return case.call(lambda client: getattr(client.methods, name)()).method

    names = ("overload_", "with_http_info_", "async_with_http_info_", "models_", "httpx2_", "uuid_")
    assert [*map(sent_by, names)] == ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]
    sent = case.call(lambda client: client.methods.make_with_http_info(b="c"), Answer(200, b"{}"))
    assert (sent.target, sent.body) == ("/methods?key=6ba7b810-9dad-11d1-80b4-00c04fd430c8", b'{"b":"c"}')


def test_members(case: Case) -> None:
    """What pydantic needs keeps its meaning; `model_id` is nobody's."""
    body = (
        b'{"model_id": "1", "model_config": "2", "model_dump": "3", "copy": true, "json": "4", "self": "5",'
        b' "fields": [{"Literal": "a"}], "schema": "6", "datetime": "2026-01-01T00:00:00Z", "wire": "7"}'
    )
    result = case.call(lambda client: client.models.get_models(), Answer(200, body)).result
    assert (result.model_id, result.wire_) == ("1", "7")
    assert (result.model_config_, result.model_dump_, result.copy_, result.json_) == ("2", "3", True, "4")
    assert datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC) in dict(result).values()
    assert result.model_copy() == result


def test_classes(case: Case) -> None:
    """Models named like classes that models are made with."""
    names = {name for name in dir(case.models) if isinstance(getattr(case.models, name), type)}
    assert {"ModelModel", "AnyModel", "RequestModelModel", "Client"} <= names
