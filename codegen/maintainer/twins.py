"""Methods for the attributes `x_with_http_info = with_http_info(x)` of a package that griffe has read."""

from __future__ import annotations

import griffe

from codegen.naming.names import TWIN

_MAKERS = ("with_http_info", "async_with_http_info")


def unwrap(owner: griffe.Module | griffe.Class) -> None:
    """Replace each twin by a method with the signature and the overloads of the method that it wraps."""
    for name, member in list(owner.members.items()):
        if isinstance(member, griffe.Module | griffe.Class):
            unwrap(member)
        elif isinstance(member, griffe.Attribute) and isinstance(method := _wrapped(member), griffe.Function):
            twin = _twin(method)
            twin.overloads = [_twin(overload) for overload in method.overloads or ()] or None
            owner.set_member(name, twin)


def _wrapped(attribute: griffe.Attribute) -> griffe.Object | griffe.Alias | None:
    """The method that the attribute wraps; None if its value is no such call."""
    match attribute.value:
        case griffe.ExprCall(function=griffe.ExprName(maker), arguments=[griffe.ExprName(name)]):
            return attribute.parent.members.get(name) if attribute.parent and maker in _MAKERS else None
    return None


def _twin(function: griffe.Function) -> griffe.Function:
    return griffe.Function(
        function.name + TWIN,
        parameters=function.parameters,
        returns=f"ApiResponse[{function.returns}]",
        lineno=function.lineno,
        endlineno=function.endlineno,
    )
