"""AWS Lambda.

A function that takes codes from an SQS queue and exchanges them.

- The client is made outside of the handler, so that the next event finds its connections open. Importing the
  package is cheap: what a cold start needs is loaded at the first call.
- `total_timeout` ends before Lambda's own time-out, which would kill the function in the middle of a call.
- The id of the message is the idempotency key: SQS delivers at least once, and the same message is the same call.
- What can be repeated goes back to the queue (`ReportBatchItemFailures`); what can't goes to the log.
"""

import logging
from typing import Any

import persona_oauth

log = logging.getLogger(__name__)
persona = persona_oauth.Client()  # PERSONA_API_KEY: a variable of the function, from Secrets Manager
RESERVE = 2.0  # seconds that are left for the answer


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Exchange the codes of a batch; the messages that have to come again."""
    again = [record["messageId"] for record in event["Records"] if not is_done(record, context)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in again]}


def is_done(record: dict[str, Any], context: Any) -> bool:
    """Whether a message needs no repeat."""
    seconds = context.get_remaining_time_in_millis() / 1000 - RESERVE
    if seconds <= 0:
        return False
    try:
        token = persona.oauth.create_access_token(
            code=record["body"], idempotency_key=record["messageId"], total_timeout=seconds
        )
    except persona_oauth.ApiError as error:
        log.warning("message %s: %s", record["messageId"], error)  # no secret is in the message
        return error.outcome == "answered" and not error.is_retryable
    log.info("a token for %s until %s", token.scope, token.expires_at)  # keep it: yours to do
    return True
