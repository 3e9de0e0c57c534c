"""Objects of requests and answers, wherever they stand: strict with callers, lenient with servers, and back again."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.cases import Answer, Case

GIVEN = {"name": "n", "password": "p"}
RECEIVED = {"id": "i", "name": "n", "made": {"by": None, "new": 1}, "new": {"planted": 1}}
#: Where an object can stand: what holds it, and the path to it in errors.
PLACES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "one": (lambda value: value, "one"),
    "users": (lambda value: [value], "users.0"),
    "named": (lambda value: {"k": value}, "named.k"),
    "either": (lambda value: value, "either"),
    "heir": (lambda value: {**value, "rank": 1}, "heir"),
    "again": (lambda value: {"one": value}, "again.one"),
}
MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"password": "p"}, "name"),
    ({"name": "n"}, "password"),
    ({"name": "n", "password": None}, "password"),
    ({**GIVEN, "name": ""}, "name"),
    ({**GIVEN, "state": "actve"}, "state"),
    ({**GIVEN, "version": 2}, "version"),
]
ANSWER = Answer(200, b"{}")


def put(case: Case, **thing: Any) -> Any:
    """The body that is sent for a thing."""
    return json.loads(case.call(lambda client: client.default.put_thing(**thing), ANSWER).body)


def got(case: Case, content: dict[str, Any]) -> Any:
    """A thing as it is read."""
    answer = Answer(200, json.dumps(content).encode())
    return case.call(lambda client: client.default.put_thing(), answer).result


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("user", "member"), MISTAKES)
def test_mistakes(case: Case, place: str, user: dict[str, Any], member: str) -> None:
    """Each is refused, with the path to it."""
    wrap, path = PLACES[place]
    with case.client() as client, pytest.raises(case.package.errors.InvalidRequestError) as caught:
        client.default.put_thing(**{place: wrap(user)})
    assert str(caught.value).startswith(path)
    assert member in str(caught.value).partition(": ")[0]


@pytest.mark.parametrize(("user", "member"), MISTAKES)
def test_mistakes_in_models(case: Case, user: dict[str, Any], member: str) -> None:
    """Of an object of the model's class, no later than in the call."""
    with pytest.raises(ValueError, match=member), case.client() as client:
        client.default.put_thing(users=[case.models.User(**user)])


@pytest.mark.parametrize("place", PLACES)
def test_sent(case: Case, place: str) -> None:
    """Without what answers alone have."""
    wrap, _ = PLACES[place]
    assert put(case, **{place: wrap(GIVEN)}) == {place: wrap(GIVEN)}


@pytest.mark.parametrize("place", PLACES)
def test_read(case: Case, place: str) -> None:
    """What nobody described can be reached, and no repr shows it; what only requests have is not missed."""
    wrap, _ = PLACES[place]
    thing = got(case, {place: wrap(RECEIVED)})
    assert "planted" not in repr(thing)
    held = getattr(thing, place)
    user = {"users": lambda: held[0], "named": lambda: held["k"], "again": lambda: held.one}.get(place, lambda: held)()
    assert (user.id, user.password, user.model_extra) == ("i", None, {"new": {"planted": 1}})
    assert user.made.model_extra == {"new": 1}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("member", ["id", "made"])
def test_missing_in_an_answer(case: Case, place: str, member: str) -> None:
    """What every answer has to have, also where requests have no such member."""
    wrap, _ = PLACES[place]
    user = {name: value for name, value in RECEIVED.items() if name != member}
    answer = Answer(200, json.dumps({place: wrap(user)}).encode())
    error = case.error(lambda client: client.default.put_thing(), answer)
    assert type(error) is case.package.InvalidResponseError
    if place != "either":
        assert error.field.endswith(member)


@pytest.mark.parametrize("place", PLACES)
def test_written_back(case: Case, place: str) -> None:
    """All that was read and may be sent, also from a copy, a pickle, or an answer that was kept as JSON."""
    wrap, _ = PLACES[place]
    models, content = case.models, {place: wrap({**RECEIVED, "password": "p"}), "new": 1}
    thing = got(case, content)
    sent = {place: wrap({**GIVEN, "new": RECEIVED["new"]})}
    read = models.Thing.model_validate_json(json.dumps(content))
    for same in (thing, copy.deepcopy(thing), pickle.loads(pickle.dumps(thing)), read):
        assert put(case, **{place: getattr(same, place)}) == sent
        assert put(case, again=same) == {"again": {**sent, "new": 1}}


def test_closed(case: Case) -> None:
    """Where the description allows no other members, those of a newer server stay here; callers may give none."""
    thing = got(case, {"closed": {"a": "b", "new": 1}, "free": {"new": "planted"}, "numbers": {"new": 1}})
    assert (thing.closed.model_extra, "planted" in repr(thing.free)) == ({"new": 1}, True)
    assert put(case, closed=thing.closed, free=thing.free) == {"closed": {"a": "b"}, "free": {"new": "planted"}}
    assert put(case, free={"more": 1}, numbers={"more": 1}) == {"free": {"more": 1}, "numbers": {"more": 1}}
    for wrong in ({"closed": {"more": 1}}, {"numbers": {"more": "x"}}, {"inline": {"size": "l"}}):
        with case.client() as client, pytest.raises(case.package.errors.InvalidRequestError):
            client.default.put_thing(**wrong)


@pytest.mark.parametrize(
    ("place", "wrap"),
    [("pet", lambda value: value), ("pets", lambda value: [value, "a"]), ("herd", lambda value: {"k": value})],
)
def test_unknown_variant(case: Case, place: str, wrap: Callable[[Any], Any]) -> None:
    """Nothing says what it has to be, so what was read is written back; one that the caller makes up is refused."""
    cow = {"kind": "Cow", "lives": 10, "calves": [{"kind": "Calf"}]}
    thing = got(case, {place: wrap(cow)})
    assert put(case, **{place: getattr(thing, place)}) == {place: wrap(cow)}
    assert put(case, again=thing) == {"again": {place: wrap(cow)}}
    for wrong in (cow, {"kind": "Cat", "lives": 10}):
        with case.client() as client, pytest.raises(case.package.errors.InvalidRequestError):
            client.default.put_thing(**{place: wrap(wrong)})


def test_unknown_heir(case: Case) -> None:
    """As a variant; a known one keeps its bounds."""
    base = {"kind": "Other", "size": 0}
    thing = got(case, {"base": base})
    assert put(case, base=thing.base) == {"base": base}
    for wrong in ({"kind": "Base", "size": 0}, {"kind": "Heir", "rank": 10}, {"kind": "Heir", "size": 0}):
        with case.client() as client, pytest.raises(case.package.errors.InvalidRequestError):
            client.default.put_thing(base=wrong)
