"""A component that is an enumeration under another name."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from tests.support.cases import Answer, Case


def test_body(case: Case) -> None:
    """By `allOf` of one."""
    sent = case.call(lambda client: client.t.stop(reason_code="FRAUD"), Answer(204))
    assert json.loads(sent.body) == {"reason_code": "FRAUD"}
    with case.client() as client, pytest.raises(ValueError, match="reason_code"):
        client.t.stop(reason_code="NO")


def test_parameters_and_answer(case: Case) -> None:
    """By a reference, and as the only variant of a union."""
    sent = case.call(lambda client: client.t.read(code=2, why=["OTHER"]), Answer(200, b'"FRAUD"'))
    assert (sent.target, sent.result) == ("/b/2?why=OTHER", "FRAUD")
    for arguments in ({"code": 3}, {"code": 1, "why": ["NO"]}):
        with case.client() as client, pytest.raises(ValueError, match=r"code|why"):
            client.t.read(**arguments)


@pytest.mark.parametrize("name", ["Reason", "ItemReason", "BareAlias", "OneOfOne", "AnyOfOne"])
def test_name(case: Case, name: str) -> None:
    """Each can be had from `models`."""
    assert get_args(getattr(case.models, name)) == ("FRAUD", "OTHER")
    assert case.models.Holder.model_validate({"any": "OTHER"}).any_ == "OTHER"
