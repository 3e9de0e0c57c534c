"""Base classes of the generated models, and the marker for "not given"."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SerializationInfo, model_serializer
from pydantic.fields import FieldInfo
from pydantic_core.core_schema import SerializerFunctionWrapHandler

__all__ = ["UNSET", "Model", "RequestModel", "Unset", "wire"]


class Unset(Enum):
    """Type of `UNSET`; an enum, so that it pickles to itself and type checkers narrow it with `is`."""

    UNSET = "UNSET"

    def __bool__(self) -> bool:
        """Falsy, like None."""
        return False

    def __repr__(self) -> str:
        """As it is written in code."""
        return "UNSET"


UNSET: Final[Literal[Unset.UNSET]] = Unset.UNSET
"""Default of optional arguments whose None is a value of its own (sent as null)."""


class Model(BaseModel):
    """An answer's part: frozen, and open to fields that a newer server adds."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        validate_by_name=True,
        validate_by_alias=True,
        # A value that does not fit may be a secret: keep it out of pydantic's texts.
        hide_input_in_errors=True,
        # The patterns of OpenAPI are ECMA-262: Rust's engine lacks look-around.
        regex_engine="python-re",
        # Names such as model_id are the API's to choose.
        protected_namespaces=(),
    )


class RequestModel(Model):
    """A request body: an unknown field is a mistake of the caller, so it is refused."""

    # loc_by_alias: errors name the Python argument, not its name on the wire.
    model_config = ConfigDict(extra="forbid", loc_by_alias=False)

    @model_serializer(mode="wrap")
    def _omit_absent(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        """Leave out optional fields that were not given; an explicit None stays (null), defaults stay."""
        data: dict[str, Any] = handler(self)
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if value is UNSET or (value is None and name not in self.model_fields_set):
                data.pop(field.serialization_alias or name if info.by_alias else name, None)
        return data


def wire(name: str, *, also: Sequence[str] = (), secret: bool = False, **constraints: Any) -> FieldInfo:
    """Describe a field for `Annotated`: its name on the wire, other casings it may come in, its constraints.

    A `secret` field is left out of the model's repr. `constraints` are those of `pydantic.Field` (min_length, ge, …).
    """
    alias = AliasChoices(name, *also) if also else name
    field: FieldInfo = Field(validation_alias=alias, serialization_alias=name, repr=not secret, **constraints)
    return field
