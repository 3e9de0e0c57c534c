"""A worker that survives restarts.

Codes wait in a table until they are exchanged. The process may be killed at any moment and started again: no code
is exchanged twice, and no token is used for longer than it lives.

- **The idempotency key is stored before anything is sent.** The next run repeats the very same call, and Persona
  answers it as it answered the first time, within 24 hours.
- **`error.outcome`** says what the last run achieved: `"not_sent"`, the code is untouched; `"unknown"`, only a
  repeat with the same key can tell; `"answered"`, it is decided, unless `error.is_retryable`.
- **A repeated answer has the old `expires_in`**, counted from the first attempt. So the time of that is stored too,
  and `AccessTokenAuth(token, age=…)` takes the seconds that have passed since.
"""

import sqlite3
import sys
import time
import uuid

import persona_oauth
from persona_oauth.auth import AccessTokenAuth
from persona_oauth.models import AccessToken

TABLE = """CREATE TABLE IF NOT EXISTS exchange (
    code TEXT PRIMARY KEY, key TEXT NOT NULL, began REAL, token TEXT, expires_in INTEGER, failure TEXT
)"""  # code and token are secrets: encrypt them, or the disk


def open_table(path: str) -> sqlite3.Connection:
    """Open the table; what is written is on the disk when a statement returns."""
    table = sqlite3.connect(path, isolation_level=None)
    table.execute(TABLE)
    return table


def add(table: sqlite3.Connection, code: str) -> None:
    """A code was handed over; its key is made here, once."""
    table.execute("INSERT OR IGNORE INTO exchange (code, key) VALUES (?, ?)", (code, str(uuid.uuid4())))


def run(table: sqlite3.Connection, persona: persona_oauth.Client) -> None:
    """Exchange what waits. Call it at the start and every minute."""
    waiting = "SELECT code, key, began FROM exchange WHERE token IS NULL AND failure IS NULL"
    for code, key, began in table.execute(waiting).fetchall():
        if began is None:
            table.execute("UPDATE exchange SET began = ? WHERE code = ?", (time.time(), code))
        try:
            token = persona.oauth.create_access_token(code=code, idempotency_key=key)
        except persona_oauth.ApiError as error:
            note(table, code, error, is_first=began is None)
        else:
            values = token.access_token, token.expires_in, code
            table.execute("UPDATE exchange SET token = ?, expires_in = ? WHERE code = ?", values)


def note(table: sqlite3.Connection, code: str, error: persona_oauth.ApiError, *, is_first: bool) -> None:
    """Decide whether the next run repeats the call."""
    if error.outcome == "not_sent":
        if not error.is_retryable:
            raise error  # a setting is wrong, such as a missing API key
        if is_first:
            table.execute("UPDATE exchange SET began = NULL WHERE code = ?", (code,))
    elif error.outcome == "answered" and not error.is_retryable:
        table.execute("UPDATE exchange SET failure = ? WHERE code = ?", (str(error), code))


def auth_for(table: sqlite3.Connection, code: str) -> AccessTokenAuth:
    """Credentials for any client of httpx2, in this process or a later one."""
    query = "SELECT token, expires_in, began FROM exchange WHERE code = ? AND token IS NOT NULL"
    token, expires_in, began = table.execute(query, (code,)).fetchone()
    return AccessTokenAuth(AccessToken(access_token=token, expires_in=expires_in), age=time.time() - began)


if __name__ == "__main__":
    with persona_oauth.Client() as client:
        codes = open_table("exchange.db")
        if handed_over := sys.stdin.readline().strip():
            add(codes, handed_over)
        run(codes, client)
