"""Which unions get a name."""

from __future__ import annotations

from codegen.model.annotations import Use, Writer
from codegen.model.types import NULL, Discriminator, Kind, ListOf, ModelRef, Scalar, Type, Union
from codegen.model.unions import Place, names_of_unions

MANY = Union(tuple(ModelRef(f"Part{number}") for number in range(20)))
FEW = Union((ModelRef("A"), ModelRef("B")))
TEXTS = Union(tuple(Scalar(kind) for kind in (Kind.STRING, Kind.INTEGER, Kind.BOOLEAN)))


def names(*types: Type, use: Use = Use.ANSWER) -> dict[Type, str]:
    """The names of unions in members that have these types."""
    places = [Place(use, f"Member{number}", kind) for number, kind in enumerate(types)]
    return names_of_unions(places, lambda kind, name: name)[use]


def test_unions_with_names() -> None:
    """Those of objects whose places would spell out many variants, in lists and beside null, too."""
    assert names(MANY) == {}
    assert names(MANY, ListOf(Union((*MANY.members, NULL)))) == {MANY: "_Member0"}
    assert names(MANY, MANY, use=Use.REQUEST) == {MANY: "_Member0Request"}
    assert names(*[FEW] * 16) == {}
    assert names(*[FEW] * 17) == {FEW: "_Member0"}
    assert names(*[TEXTS] * 100) == {}


def test_discriminated_unions() -> None:
    """They differ from those without; null is no variant of them."""
    told_apart = Union(MANY.members, Discriminator("kind", tuple((f"{number}",) for number in range(20))))
    assert names(told_apart, Union((told_apart, NULL)), MANY) == {told_apart: "_Member0"}


def test_where_it_stands() -> None:
    """The name stands for the variants, with null beside it; a union within another one has its own name there."""
    writer = Writer(Use.ANSWER, str, names={MANY: "_Part"})
    assert writer.annotation(Union((*MANY.members, NULL))) == "_Part | None"
    assert writer.annotation(Union((ListOf(MANY), Scalar(Kind.STRING)))) == "list[_Part] | str"
