"""Which operation exchanges a signed assertion for an access token, if one does."""

from __future__ import annotations

from typing import NamedTuple

from .api import Api, Operation, Tag
from .types import Kind, Scalar, Type


class TokenEndpoint(NamedTuple):
    """The operation, and the tag that it is under."""

    tag: Tag
    operation: Operation


def token_endpoint(api: Api) -> TokenEndpoint | None:
    """The first that can be called with `client_assertion` and `scope` alone, and answers with a token.

    The RFCs fix these names (7521, 4.2; 6749, 4.4.2 and 5.1), so no extension of the description has to tell.
    """
    for tag, operation in api.operations:
        if _takes_assertion(operation) and _gives_token(operation, api):
            return TokenEndpoint(tag, operation)
    return None


def _takes_assertion(operation: Operation) -> bool:
    for call in operation.calls:
        body = [argument for argument in call.arguments if argument.location == "body"]
        needed = {str(argument.name) for argument in call.arguments if argument.default is None}
        takes_scope = any(argument.name == "scope" and _is(Kind.STRING, argument.type) for argument in body)
        if takes_scope and needed == {"client_assertion"}:
            return True
    return False


def _gives_token(operation: Operation, api: Api) -> bool:
    models = [api.model.get(str(answer.models[0])) for answer in operation.successes if answer.models]
    types = [{str(field.name): field.type for field in model.fields} for model in models if model]
    wanted = {"access_token": Kind.STRING, "expires_in": Kind.INTEGER}
    tokens = [fields for fields in types if all(_is(kind, fields.get(name)) for name, kind in wanted.items())]
    return bool(tokens) and len(tokens) == len(operation.successes)


def _is(kind: Kind, field: Type | None) -> bool:
    return isinstance(field, Scalar) and field.kind is kind
