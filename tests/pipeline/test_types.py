"""Types are data: how they are put together, and how Python writes them for each use."""

from __future__ import annotations

import pytest

from codegen.description import formats
from codegen.model.annotations import Use, Writer
from codegen.model.types import (
    FORMATS,
    MODULES,
    NULL,
    Anything,
    Discriminator,
    Kind,
    ListOf,
    MapOf,
    ModelRef,
    Scalar,
    Type,
    Union,
    Values,
    Words,
    is_nullable,
    is_secret,
    models_in,
    space_separated,
    union,
)
from codegen.naming.names import member, method

TEXT = Scalar(Kind.STRING)
NAME = Scalar(Kind.STRING, (("min_length", 3),))
COUNT = Scalar(Kind.INTEGER, (("ge", 10),))
PAIR = Union((ModelRef("A"), ModelRef("B")), Discriminator("kind", (("a",), ("b",))))
ODD = Values(("models.a", "b | c"), Kind.STRING)


@pytest.mark.parametrize(
    ("kind", "argument", "request_", "answer"),
    [
        (NAME, "str", "Annotated[str, Field(min_length=3)]", "str"),
        (union([NAME, NULL]), "str | None", "Annotated[str | None, Field(min_length=3)]", "str | None"),
        (
            union([NAME, COUNT, NULL]),
            "str | int | None",
            "_Union[Annotated[str, Field(min_length=3)], Annotated[int, Field(ge=10)], None]",
            "str | int | None",
        ),
        (
            ListOf(union([NAME, COUNT])),
            "Sequence[str | int]",
            "list[Annotated[str, Field(min_length=3)] | Annotated[int, Field(ge=10)]]",
            "list[str | int]",
        ),
        (union([NAME, TEXT]), "str", "_Union[Annotated[str, Field(min_length=3)], str]", "str"),
        (
            PAIR,
            "models.A | models.B | UnknownVariant",
            'Annotated[models.A | models.B, discriminated("kind", ["a"], ["b"])]',
            'Annotated[models.A | models.B | _unknown.UnknownKind, discriminated("kind", ["a"], ["b"])]',
        ),
        (
            union([PAIR, NULL]),
            "models.A | models.B | UnknownVariant | None",
            '_Union[Annotated[models.A | models.B, discriminated("kind", ["a"], ["b"])], None]',
            '_Union[Annotated[models.A | models.B | _unknown.UnknownKind, discriminated("kind", ["a"], ["b"])], None]',
        ),
        (
            ODD,
            'Literal["models.a", "b | c"] | EnumString',
            'Literal["models.a", "b | c"]',
            'Literal["models.a", "b | c"] | UnknownString',
        ),
        (
            union([ODD, TEXT]),
            'Literal["models.a", "b | c"] | str',
            'Literal["models.a", "b | c"] | str',
            'Literal["models.a", "b | c"] | str',
        ),
        (
            Values(("x",), Kind.STRING, is_constant=True),
            'Literal["x"]',
            'Literal["x"]',
            'Literal["x"]',
        ),
        (
            union([ODD, NULL, Values(("d",), Kind.STRING, is_constant=True)]),
            'Literal["models.a", "b | c", "d"] | EnumString | None',
            'Literal["models.a", "b | c", "d"] | None',
            'Literal["models.a", "b | c", "d"] | UnknownString | None',
        ),
        (
            Values((1,), Kind.INTEGER, "Level"),
            "models.Level | EnumInteger",
            "models.Level",
            "models.Level | UnknownInteger",
        ),
        (Values((True,), Kind.BOOLEAN), "Literal[True] | bool", "Literal[True]", "Literal[True] | bool"),
        (MapOf(Scalar(Kind.FILE)), "Mapping[str, File]", "dict[str, File]", "dict[str, bytes]"),
        (union([TEXT, Anything()]), "Any", "Any", "Any"),
        (space_separated(TEXT, Words("a", "b")), "str | Scope | Iterable[str | Scope]", "str", "str"),
    ],
    ids=repr,
)
def test_annotations(kind: Type, argument: str, request_: str, answer: str) -> None:
    """Bounds and listed values are checked in requests; enumerations and unions with a discriminator are open in
    answers, and arguments take what answers had.
    """
    assert Writer(Use.ARGUMENT).annotation(kind) == argument
    assert Writer(Use.REQUEST).annotation(kind) == request_
    assert Writer(Use.ANSWER).annotation(kind) == answer


def test_documentation() -> None:
    """Classes stand without their module, and a value that reads like one stays as it is; no type is of ours."""
    kind, pair = union([ODD, ModelRef("Pet")]), ListOf(PAIR)
    assert Writer(Use.ARGUMENT, str, is_documentation=True).annotation(kind) == 'Literal["models.a", "b | c"] | Pet'
    assert Writer(Use.ARGUMENT, str, is_documentation=True).annotation(pair) == "Sequence[A | B]"
    assert Writer(Use.ANSWER, str, is_documentation=True).annotation(ODD) == 'Literal["models.a", "b | c"] | str'


def test_null_is_no_variant() -> None:
    """Null beside variants that a member tells apart is a type of its own."""
    kind = union([PAIR, NULL])
    assert is_nullable(kind)
    assert [*models_in(kind)] == ["A", "B"]


@pytest.mark.parametrize(
    "kind",
    [
        Scalar(Kind.STRING, is_secret=True),
        ListOf(Scalar(Kind.STRING, is_secret=True)),
        MapOf(Anything(is_secret=True)),
        union([TEXT, Values(("a",), Kind.STRING, is_secret=True)]),
        ModelRef("A", is_secret=True),
    ],
    ids=repr,
)
def test_secrets(kind: Type) -> None:
    """A secret at any depth makes the whole a secret."""
    assert is_secret(kind)
    assert not is_secret(TEXT)


def test_each_format_with_a_type_is_known_to_the_checks() -> None:
    """Or `unknown-format` would report it as a misspelling of another one."""
    assert {*FORMATS} <= {*formats.FORMATS}, "add it to codegen/description/formats.py"


@pytest.mark.parametrize("module", MODULES)
def test_no_member_or_method_hides_a_module(module: str) -> None:
    """The types that stand after it in its class come from that module."""
    assert member(module) != module, "add it to _NOT_FOR_FIELDS of codegen/naming/names.py"
    assert method(module) != module, "add it to _NOT_FOR_METHODS of codegen/naming/names.py"
