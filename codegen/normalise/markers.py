"""Extensions that normalising adds to schemas.

The parser keeps `x-` members, so what it understood, and what it refused, can be joined with the description again.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

#: What a reference to a component begins with.
REF = "#/components/schemas/"

#: Where an object stands in the description as written.
POINTER = "x-pointer"
#: An object whose members are the types of an operation's parts.
TYPES = "x-types"
#: The schema's `default`: the parser rejects defaults that it cannot express.
DEFAULT = "x-default"
#: The names of members as written, by the names that the parser is given.
WIRES = "x-wires"
#: The class that a union of subtypes stands for.
BASE = "x-base"
#: The classes that a variant is a copy of, with what `allOf` adds to it.
ORIGINS = "x-origins"
#: A union whose variants differ in the value of one member: that member, its values by class, the classes that an
#: object without it can have, and the class that the union stands for, if any.
DISCRIMINATED = "x-discriminated"
#: The class name of a schema that is not a component yet.
NAME = "x-class-name"
#: An enumeration that the description gives no name.
INLINE = "x-inline"
