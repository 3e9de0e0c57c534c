"""An object that fits several variants of `anyOf` has the members of all (JSON Schema 2020-12, core, 10.2.1.2)."""

from __future__ import annotations

import copy
import datetime
import json
import pickle
from typing import Any

import pytest

from tests.support.cases import Answer, Case

SECRET = "s3cr3t"
BOTH: dict[str, Any] = {"name": "n", "born": "2026-01-02", "founded": "2020-01-01", "token": SECRET, "more": 1}


def read(case: Case, **body: Any) -> Any:
    """What an answer with these members is read as."""
    return case.call(lambda client: client.default.put_party(), Answer(200, json.dumps(body).encode())).result


def sent(case: Case, method: str, **arguments: Any) -> Any:
    """What goes out for a call with these arguments."""
    answer = Answer(200, b"{}") if method == "put_party" else Answer(204)
    return json.loads(case.call(lambda client: getattr(client.default, method)(**arguments), answer).body)


def test_members_of_all(case: Case) -> None:
    """They are typed, and the object is of both classes; in lists, too."""
    for party in (read(case, party=BOTH).party, read(case, parties=[BOTH]).parties[0]):
        assert isinstance(party, case.models.Person)
        assert isinstance(party, case.models.Company)
        assert (party.born, party.founded) == (datetime.date(2026, 1, 2), datetime.date(2020, 1, 1))
        assert (party.token, party.model_extra) == (SECRET, {"more": 1})


def test_write_back(case: Case) -> None:
    """What was read goes out as it came, also as a copy and from another process."""
    party = read(case, party=BOTH).party
    for same in (party, copy.deepcopy(party), party.model_copy(), pickle.loads(pickle.dumps(party))):
        assert same == party
        assert sent(case, "put_party", party=same) == {"party": BOTH}


def test_one_class_is_enough(case: Case) -> None:
    """An object whose members one class knows is of that class alone."""
    assert type(read(case, party={"name": "n", "born": "2026-01-02"}).party) is case.models.Person
    assert type(read(case, party={"name": "n", "token": "t"}).party) is case.models.Company


def test_values_that_differ(case: Case) -> None:
    """A class that reads a common member as something else adds nothing: its members stay as they came."""
    party = {"name": "n", "born": "2026-01-02", "at": "2026-01-02", "line": 3}
    whole = read(case, party=party).party
    assert not (isinstance(whole, case.models.Person) and isinstance(whole, case.models.Station))
    assert sent(case, "put_party", party=party) == {"party": party}


@pytest.mark.parametrize("party", [BOTH, {**BOTH, "founded": "never"}, {"name": "n", "at": "a", "hidden": SECRET}])
def test_secrets(case: Case, party: dict[str, Any]) -> None:
    """A secret of one variant is in no repr, whether the object fits that variant or only one that is open."""
    if "hidden" in party:
        party = {**party, "founded": "2020-01-01"}
    whole = read(case, party=party)
    assert SECRET not in repr(whole)
    assert SECRET not in f"{whole.party}"
    assert repr(whole.party).count("name='n'") == 1


def test_requests(case: Case) -> None:
    """Members of any variant that is not closed are sent, and no others."""
    party = {name: value for name, value in BOTH.items() if name != "more"}
    assert sent(case, "send_party", party=party) == {"party": party}
    assert sent(case, "send_party", party={"name": "n", "line": 3}) == {"party": {"name": "n", "line": 3}}
    for wrong in (BOTH, {"name": "n", "born": "2026-01-02", "line": 3}, {**party, "founded": "never"}):
        with case.client() as client, pytest.raises(ValueError, match=r"^party\.") as caught:
            client.default.send_party(party=wrong)
        assert SECRET not in str(caught.value)
    assert sent(case, "send_party", either=party) == {"either": party}  # oneOf, but neither variant excludes the other


def test_secret_of_a_request(case: Case) -> None:
    """The secret in a combined object is redacted from what a server echoes."""
    party = {"name": "n", "born": "2026-01-02", "token": SECRET}
    error = case.error(lambda client: client.default.send_party(party=party), Answer(500, SECRET.encode()))
    assert SECRET not in f"{error} {error!r}"
    assert SECRET not in str(getattr(error, "body", ""))


def test_many_combinations(case: Case) -> None:
    """Classes are made once for each combination."""
    kinds = {type(read(case, party={**BOTH, "more": number}).party) for number in range(3)}
    assert len(kinds) == 1


@pytest.mark.parametrize("body", [{"left": 1}, {"right": 1}, {"left": 1, "right": 2}])
def test_bodies(case: Case, body: dict[str, int]) -> None:
    """A body that fits several variants is one argument: no overload of a method would have the members of all."""
    assert sent(case, "send_either", body=body) == body
    assert sent(case, "send_beside", body={"name": "n", **body}) == {"name": "n", **body}
    with case.client() as client, pytest.raises(case.package.InvalidRequestError, match=r"^body"):
        client.default.send_either(body={"left": "x"})
