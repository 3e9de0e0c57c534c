"""The page of a served sandbox: the requests as they come, without secrets; plain HTML that loads nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from .._model import Upload
from .._operation import Operation
from .._text import shown
from ._description import TITLE
from ._outcome import Exchange, Outcome

if TYPE_CHECKING:
    from ._sandbox import BaseSandbox

__all__ = ["page"]

_LATEST: Final = 200  # requests that are shown
_LONGEST: Final = 400  # characters of a cell
_MASK: Final = "••••"
_HEADERS: Final[Mapping[str, str]] = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
# The icon is there so that browsers do not ask for /favicon.ico, which would be one of the requests.
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="2">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>{title}: sandbox</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 15px/1.4 system-ui, sans-serif; margin: 2em; background: Canvas; overflow-wrap: anywhere }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed }}
th, td {{ text-align: left; vertical-align: top; padding: .3em .8em .3em 0; border-bottom: 1px solid #8884 }}
th:first-child {{ width: 4.5em }}
th:nth-child(2), th:nth-child(3) {{ width: 20% }}
code {{ font: 13px ui-monospace, monospace }}
.failed {{ color: light-dark(#b00020, #ff8a80) }}
@media (max-width: 60em) {{
body {{ margin: 1em }}
table, tbody, tr, td {{ display: block }}
thead, td:empty {{ display: none }}
td {{ border: 0; padding: 0 }}
tr {{ padding: .5em 0; border-bottom: 1px solid #8884 }}
}}
</style>
</head>
<body>
<h1>{title}: sandbox</h1>
<p>{count}, the latest first. Secrets are left out. The page renews itself every two seconds.</p>
<table>
<thead><tr><th>UTC<th>Request<th>Operation<th>Arguments<th>Result</thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""


def page(sandbox: BaseSandbox[Any]) -> Outcome:
    """The page as an answer."""
    exchanges = sandbox.exchanges
    latest = exchanges[: -_LATEST - 1 : -1]
    rows = (_row(exchange, sandbox.routes.operation(exchange.call.operation)) for exchange in latest)
    count = "1 request" if len(exchanges) == 1 else f"{len(exchanges)} requests"
    content = _PAGE.format(title=escape(shown(TITLE)), count=count, rows="\n".join(rows)).encode()
    return Outcome(200, {**_HEADERS, "Content-Length": str(len(content))}, content)


def _row(exchange: Exchange, operation: Operation[Any] | None) -> str:
    call = exchange.call
    at = datetime.fromtimestamp(exchange.at, UTC).strftime("%H:%M:%S")
    path = operation.path if operation else call.path  # the values in it are among the arguments
    arguments = " ".join(f"{name}={value}" for name, value in _arguments(call.arguments, operation))
    result = f"{exchange.result}: {_masked(exchange, operation)}" if exchange.reason else exchange.result
    cells = [_cell(f"{call.method} {path}"), _cell(call.operation), _cell(arguments)]
    cells.append(_cell(result, "" if exchange.result[:1] in ("", "1", "2", "3") else "failed"))
    return "".join([f"<tr><td>{at}", *cells])


def _cell(text: str, kind: str = "") -> str:
    """A text in a line, which may break after a `_` before it breaks elsewhere."""
    written = escape(shown(text, _LONGEST)).replace("_", "_<wbr>")
    return f'<td><code class="{kind}">{written}</code></td>' if text else "<td></td>"


def _masked(exchange: Exchange, operation: Operation[Any] | None) -> str:
    """The reason of a failure, which is the API's to write, without the secrets of the call."""
    call, text = exchange.call, exchange.reason
    names = _secrets(operation) & {*call.arguments} if operation else set()
    for secret in (*call.credentials.values(), *(str(call.arguments[name]) for name in names)):
        text = text.replace(secret, _MASK) if secret else text
    return text


def _arguments(arguments: Mapping[str, Any], operation: Operation[Any] | None) -> Iterator[tuple[str, str]]:
    """The arguments as texts; of secrets, that they are there."""
    secret = _secrets(operation) if operation else set()
    for name, value in arguments.items():
        yield name, _MASK if name in secret else _text(value)


def _secrets(operation: Operation[Any]) -> set[str]:
    """The names of the arguments that nothing may show."""
    fields = (item for encoder in operation._body_encoders for item in encoder.fields.items())
    names = {name for name, info in fields if not info.repr}
    return names | {parameter.name for parameter in operation.parameters if parameter.secret}


def _text(value: Any) -> str:
    """A value in short; a model leaves out its secrets, and nothing says what an object of no class holds."""
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value[:10]))}{', …' if len(value) > 10 else ''}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: …' for name in value)}}}"
    return shown(repr(value) if isinstance(value, (BaseModel, Upload, str)) else str(value))
