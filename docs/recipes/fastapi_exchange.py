"""Receive and exchange a code in FastAPI.

The organization that shares posts its code to `/codes`. You exchange the code and keep the token.

```sh
pip install fastapi uvicorn
uvicorn fastapi_exchange:app
```

- One `AsyncClient` serves all requests: the lifespan opens it at the start and closes it at the end.
- A code is good for one use. The idempotency key is made from the code, so when an answer is lost and the sender
  posts the same code again, Persona repeats its first answer instead of refusing the code.
- The status tells the sender what to do: 503, post the same code again; 422, make a new one.
"""

import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel, SecretStr

import persona_oauth
from persona_oauth.models import AccessToken

log = logging.getLogger(__name__)
REFUSED = (
    persona_oauth.BadRequestError,
    persona_oauth.NotFoundError,
    persona_oauth.ConflictError,
    persona_oauth.UnprocessableEntityError,
)


class Handover(BaseModel):
    """What the other organization posts."""

    code: SecretStr


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, persona_oauth.AsyncClient]]:
    """Open the client once; the API key comes from PERSONA_API_KEY."""
    async with persona_oauth.AsyncClient(total_timeout=20.0) as persona:
        yield {"persona": persona}


app = FastAPI(lifespan=lifespan)


@app.post("/codes", status_code=204)
async def receive(handover: Handover, request: Request) -> None:
    """Exchange the code while the sender waits."""
    persona: persona_oauth.AsyncClient = request.state.persona
    code = handover.code.get_secret_value()
    key = hashlib.sha256(code.encode()).hexdigest()
    try:
        token = await persona.oauth.create_access_token(code=code, idempotency_key=key)
    except persona_oauth.ApiError as error:
        raise answer_to(error) from None
    await keep(token)


def answer_to(error: persona_oauth.ApiError) -> HTTPException:
    """What the sender is told."""
    if error.is_retryable:
        return HTTPException(503, "Post the code again.", {"Retry-After": "30"})
    if isinstance(error, REFUSED):
        return HTTPException(422, "The code was refused. Make a new one.")
    log.error("no access token: %s", error)  # no secret is in the message
    return HTTPException(502, "The code could not be exchanged.")


async def keep(token: AccessToken) -> None:
    """Store the token, encrypted, until `token.expires_at`."""
    log.info("a token for %s until %s", token.scope, token.expires_at)
