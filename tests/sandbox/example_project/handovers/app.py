"""Another organization posts a code; the program exchanges it and keeps the token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel

import persona_oauth

app = FastAPI()
tokens: dict[str, str] = {}
"""By the object that they read; a real program keeps them in an encrypted store."""


class Handover(BaseModel):
    """What the other organization posts."""

    code: str


class Receipt(BaseModel):
    """What it gets back."""

    scope: str | None
    expires_at: datetime


async def get_persona() -> AsyncIterator[persona_oauth.AsyncClient]:
    """The client, with the key of `PERSONA_API_KEY`."""
    async with persona_oauth.AsyncClient() as client:
        yield client


@app.post("/handovers", status_code=201)
async def receive(handover: Handover, client: Annotated[persona_oauth.AsyncClient, Depends(get_persona)]) -> Receipt:
    """Exchange the code."""
    try:
        token = await client.oauth.create_access_token(code=handover.code)
    except (persona_oauth.NotFoundError, persona_oauth.UnprocessableEntityError):
        raise HTTPException(422, "this code is not for us, has expired, or was used") from None
    except persona_oauth.ApiError as error:
        raise HTTPException(503 if error.is_retryable else 502, "the code could not be exchanged") from None
    tokens[token.scope or ""] = token.access_token
    return Receipt(scope=token.scope, expires_at=token.expires_at)
