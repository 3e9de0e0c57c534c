"""Receive and exchange a code in Flask.

The organization that shares posts its code to `/codes`. You exchange the code and keep the token.

```sh
pip install flask
flask --app flask_exchange run
```

- One `Client` serves all threads, so it is made once, with the module. It sends nothing before the first call.
- A code is good for one use. The idempotency key is made from the code, so when an answer is lost and the sender
  posts the same code again, Persona repeats its first answer instead of refusing the code.
- The status tells the sender what to do: 503, post the same code again; 422, make a new one.
"""

import hashlib

from flask import Flask, request
from flask.typing import ResponseReturnValue

import persona_oauth
from persona_oauth.models import AccessToken

app = Flask(__name__)
persona = persona_oauth.Client(total_timeout=20.0)  # the API key comes from PERSONA_API_KEY, at the first call
REFUSED = (
    persona_oauth.BadRequestError,
    persona_oauth.NotFoundError,
    persona_oauth.ConflictError,
    persona_oauth.UnprocessableEntityError,
)


@app.post("/codes")
def receive() -> ResponseReturnValue:
    """Exchange the code while the sender waits."""
    code: str = request.get_json()["code"]
    key = hashlib.sha256(code.encode()).hexdigest()
    keep(persona.oauth.create_access_token(code=code, idempotency_key=key))
    return "", 204


@app.errorhandler(persona_oauth.ApiError)
def answer_to(error: persona_oauth.ApiError) -> ResponseReturnValue:
    """What the sender is told."""
    if error.is_retryable:
        return {"error": "Post the code again."}, 503, {"Retry-After": "30"}
    if isinstance(error, REFUSED):
        return {"error": "The code was refused. Make a new one."}, 422
    app.logger.error("no access token: %s", error)  # no secret is in the message
    return {"error": "The code could not be exchanged."}, 502


def keep(token: AccessToken) -> None:
    """Store the token, encrypted, until `token.expires_at`."""
    app.logger.info("a token for %s until %s", token.scope, token.expires_at)
