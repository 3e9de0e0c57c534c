"""Several processes: Celery's prefork pool.

```sh
pip install "celery[redis]"
celery --app celery_prefork worker --concurrency 4
```

- The client is made with the module, in the parent. Each child of the pool gets connections and locks of its own.
- **The task's id is the idempotency key.** It stays the same when the task is retried, and when the broker delivers
  it once more because a worker was killed (`acks_late`), so the code is exchanged once.
- A task waits for as long as the server asks for, outside of the worker, and not within the client
  (`max_retries=0`).
- The code is an argument, so the broker has it: protect the broker. `argsrepr` keeps it out of Celery's logs
  and events.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, Task
from celery.utils.log import get_task_logger

import persona_oauth

log = get_task_logger(__name__)
app = Celery("exchange", broker=os.environ.get("CELERY_BROKER_URL", "redis://127.0.0.1:6379/0"))
app.conf.task_ignore_result = True  # the token is a secret: no result backend gets it
HIDDEN: dict[str, Any] = {"argsrepr": "(a code)"}
persona = persona_oauth.Client(max_retries=0)


@app.task(bind=True, acks_late=True, reject_on_worker_lost=True, max_retries=10)
def exchange(self: Task[..., None], code: str) -> None:
    """Exchange a code and keep the token."""
    try:
        token = persona.oauth.create_access_token(code=code, idempotency_key=self.request.id)
    except persona_oauth.ApiError as error:
        if error.is_retryable or error.outcome == "unknown":
            wait = getattr(error, "retry_after", None) or 30.0
            raise self.retry(exc=error, countdown=wait, **HIDDEN) from None
        raise
    log.info(
        "a token for %s until %s in process %d", token.scope, token.expires_at, os.getpid()
    )  # keep it: yours to do


def hand_over(code: str) -> None:
    """What your web process calls."""
    exchange.apply_async((code,), **HIDDEN)
