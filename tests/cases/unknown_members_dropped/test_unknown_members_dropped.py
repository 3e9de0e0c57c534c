"""Members that a class of both directions does not declare are sent, and what was read is sent back with them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.cases import Answer, Case


def sent(case: Case, **arguments: Any) -> Any:
    """The body that is sent."""
    return json.loads(
        case.call(lambda client: client.default.put_a(**arguments), Answer(200, b'{"owner":{"name":"a"}}')).body
    )


def test_given(case: Case) -> None:
    """As a mapping, as an object, and within lists and unions: the schema allows them."""
    owner = {"name": "a", "phone": "1"}
    assert sent(case, owner=owner) == {"owner": owner}
    assert sent(case, owner=case.models.Owner(**owner)) == {"owner": owner}
    pets = [{"kind": "Cat", "livess": 3}]
    assert sent(case, owner={"name": "a"}, pets=pets) == {"owner": {"name": "a"}, "pets": pets}


def test_read(case: Case) -> None:
    """What a newer server adds is written back."""
    body = {"owner": {"name": "a", "since": [1, None]}, "pets": [{"kind": "Dog", "lives": 1, "tag": "x"}]}
    zoo = case.call(
        lambda client: client.default.put_a(owner={"name": "a"}), Answer(200, json.dumps(body).encode())
    ).result
    assert sent(case, owner=zoo.owner, pets=zoo.pets) == body
    assert "since" not in repr(zoo)


@pytest.mark.parametrize("arguments", [{"st": "opn"}, {"pets": [{"kind": "Cow"}]}, {"owner": {"phone": "1"}}])
def test_refused(case: Case, arguments: dict[str, Any]) -> None:
    """Enumerations, variants and required members hold in requests, whatever answers may bring."""
    with case.client() as client, pytest.raises(ValueError, match=next(iter(arguments))):
        client.default.put_a(**{"owner": {"name": "a"}, **arguments})
