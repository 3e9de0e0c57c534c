"""Several processes: gunicorn with preload.

```sh
pip install flask gunicorn
gunicorn --preload --workers 4 gunicorn_preload:app
```

- `--preload` imports this module once, and forks the workers. The client may be made, and used, before that: each
  worker gets connections, locks and a retry budget of its own.
- All workers spend one rate limit. `throttle=` with a store makes them share one pace, so that none is refused. A
  `FileStore` serves one machine, a `RedisStore` many.
- An `http_client` of yours can't be made anew by the client, so make one in each worker (`post_fork` in gunicorn's
  configuration).
"""

import os
from pathlib import Path

from flask import Flask, request
from flask.typing import ResponseReturnValue

import persona_oauth
from persona_oauth.stores import FileStore

folder = Path(os.environ.get("STATE_DIRECTORY", "state"))  # systemd sets it
folder.mkdir(mode=0o700, exist_ok=True)
persona = persona_oauth.Client(throttle=FileStore(folder))
app = Flask(__name__)


@app.post("/codes")
def receive() -> ResponseReturnValue:
    """Exchange a code in whichever worker gets it."""
    token = persona.oauth.create_access_token(code=request.get_json()["code"])
    return {"worker": os.getpid(), "expires_at": token.expires_at.isoformat()}
