"""Which operation exchanges a signed assertion for an access token, if one does."""

from __future__ import annotations

from typing import NamedTuple

from codegen.model.api import Api, Operation, Tag
from codegen.model.operations import SCOPES


class TokenEndpoint(NamedTuple):
    """The operation, and the tag that it is under."""

    tag: Tag
    operation: Operation


def token_endpoint(api: Api) -> TokenEndpoint | None:
    """The first that can be called with `client_assertion` and `scope` alone, and answers with a token.

    The RFCs fix these names (7521, 4.2; 6749, 4.4.2 and 5.1), so no extension of the description has to tell.
    """
    for tag in api.tags:
        for operation in tag.operations:
            if _takes_assertion(operation) and _gives_token(operation, api):
                return TokenEndpoint(tag, operation)
    return None


def _takes_assertion(operation: Operation) -> bool:
    for call in operation.calls:
        body = [argument for argument in call.arguments if argument.place == "body"]
        needed = {str(argument.name) for argument in call.arguments if argument.default is None}
        is_scope = any(argument.name == "scope" and argument.type in ("str", SCOPES) for argument in body)
        if is_scope and needed == {"client_assertion"}:
            return True
    return False


def _gives_token(operation: Operation, api: Api) -> bool:
    models = [api.model.get(str(answer.models[0])) for answer in operation.successes if answer.models]
    types = [{str(field.name): str(field.annotation) for field in model.fields} for model in models if model]
    wanted = ("str", "int")
    found = [(fields.get("access_token"), fields.get("expires_in")) for fields in types]
    return bool(found) and len(found) == len(operation.successes) and all(pair == wanted for pair in found)
