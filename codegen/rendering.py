"""Templates and plain files to `{path: text}`.

`templates/<path>.jinja` renders to `<path>`, once for each tag where it holds `__tag__`; any other file is copied;
`_name.jinja` is a partial. `templates/README.md` tells the rest.
"""

from __future__ import annotations

import ast
import json
import re
import textwrap
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from markupsafe import Markup, Markup as Code

from .api import Api, Argument, Model, Tag
from .diagnostics import Diagnostic, GenerationError
from .parser import ClassName, PythonIdentifier, UntrustedString
from .python import literal as python_literal

WIDTH = 120

_COMMENTS = {".py": ("# ", ""), ".toml": ("# ", ""), ".md": ("<!-- ", " -->")}


def render(api: Api, templates: Path, *, package: str, source: str) -> dict[str, str]:
    """Every file of the generated tree; `source` is the description's name in the headers.

    Raises:
        GenerationError: A template is wrong; names it and its line.
    """
    environment = _environment(templates)
    error_names = _public_names(templates / "__package__" / "errors.py")
    environment.globals.update(api=api, package=Code(package), error_names=error_names, models_of=models_of)
    files = {}
    for path in template_files(templates):
        target = path.as_posix().removesuffix(".jinja").replace("__package__", package)
        for name, context in _targets(target, api):
            if path.suffix == ".jinja":
                text = _render(environment, path, context)
            else:
                text = (templates / path).read_text(encoding="utf-8")
            files[name] = _header(name, source) + text
    return files


def template_files(templates: Path) -> list[PurePosixPath]:
    """The files of the template tree that become files; partials and what is not part of the tree left out."""
    found = (path.relative_to(templates) for path in templates.rglob("*") if path.is_file())
    return sorted(PurePosixPath(path.as_posix()) for path in found if not _is_aside(path))


def _public_names(module: Path) -> list[Code]:
    """`__all__` of a plain module, so that no template repeats it."""
    for statement in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__":
            return [Code(name) for name in ast.literal_eval(statement.value)]
    raise LookupError(f"no __all__ in {module.name}")


def models_of(tag: Tag, api: Api) -> list[Model]:
    """The models that a page on a tag has to explain: those of its operations and whatever they hold."""
    wanted = [model for operation in tag.operations for model in operation.models]
    found: dict[str, Model] = {}
    while wanted:
        name = wanted.pop(0)
        if name not in found and (model := api.model.get(name)):
            found[name] = model
            wanted += [held for field in model.fields for held in field.models]
    return list(found.values())


def _is_aside(path: Path) -> bool:
    partial = path.suffix == ".jinja" and path.name.startswith("_") and not path.name.startswith("__")
    return partial or path == Path("README.md") or "__pycache__" in path.parts or path.parts[0].startswith(".")


def _targets(target: str, api: Api) -> Iterator[tuple[str, dict[str, Tag]]]:
    if "__tag__" not in target:
        yield target, {}
        return
    for tag in api.tags:
        name = tag.module if target.endswith(".py") else tag.prefix
        yield target.replace("__tag__", name), {"tag": tag}


def _render(environment: Environment, path: PurePosixPath, context: dict[str, Tag]) -> str:
    try:
        return environment.get_template(path.as_posix()).render(context)
    except (TemplateError, TypeError, ValueError, LookupError, AttributeError) as error:
        name, line = _blame(error, environment, path)
        diagnostic = Diagnostic(f"templates/{name}:{line}", "template", f"{type(error).__name__}: {error}")
        raise GenerationError([diagnostic]) from error


def _blame(error: Exception, environment: Environment, path: PurePosixPath) -> tuple[str, int]:
    """The template and line that an error comes from: Jinja puts them into the traceback."""
    if name := getattr(error, "name", None):
        return str(name), getattr(error, "lineno", 0)
    assert isinstance(environment.loader, FileSystemLoader)
    root = environment.loader.searchpath[0]
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.endswith(".jinja"):
            return Path(frame.filename).relative_to(root).as_posix(), frame.lineno or 0
    return path.as_posix(), 0


def _header(name: str, source: str) -> str:
    if (comment := _COMMENTS.get(PurePosixPath(name).suffix)) is None:
        return ""
    start, end = comment
    return (
        f"{start}@generated by generate.py from {source}; do not edit.{end}\n"
        f"{start}Change the description or a template instead, then run `make generate`.{end}\n\n"
    )


def _environment(templates: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        # "Escaping" here is the guard against raw text, see _finalize; it also makes macros return safe strings.
        autoescape=True,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(FILTERS)
    return environment


def _finalize(value: Any) -> Any:
    """Let through what is code already; text of the description has to pass through a filter that escapes it."""
    if isinstance(value, PythonIdentifier | ClassName):
        return Markup(value)
    if isinstance(value, Markup | StrictUndefined | int) or callable(value):
        return value
    raise TypeError(f"a {type(value).__name__} was about to be printed as it is; put it through a filter")


# Filters. Each takes text of the description and returns code or Markdown that cannot be broken out of.


def literal(value: Any) -> Markup:
    """A Python literal; a list becomes a tuple."""
    if isinstance(value, tuple | list):
        items = [literal(item) for item in value]
        return Markup(f"({', '.join(items)}{',' if len(items) == 1 else ''})")
    return Markup(python_literal(str(value) if isinstance(value, str) else _raw(value)))


def docstring(value: Any, indent: int = 0, first: int = 0) -> Markup:
    """Text inside a docstring: escaped, wrapped, re-indented; `first` columns are taken on the first line."""
    text = _printable(_raw(value)).replace("\\", "\\\\").replace('"""', "'''").rstrip()
    text = re.sub(r'"$', "'", text)  # a quote at the end would join the closing ones
    lines = [line for block in _blocks(text) for line in _wrapped(block, WIDTH - indent, first)]
    return Markup(f"\n{' ' * indent}".join(lines).replace(f"\n{' ' * indent}\n", "\n\n"))


def _blocks(text: str) -> Iterator[str]:
    """Paragraphs and list items of Markdown, each as one line; a blank line as an empty one."""
    block: list[str] = []
    for line in text.splitlines():
        starts = not line.strip() or re.match(r"\s*([-*+]|\d+[.)])\s|\s{4}|\||```|#", line)
        if starts and block:
            yield " ".join(block)
            block = []
        if line.strip():
            block.append(line.rstrip() if starts else line.strip())
        else:
            yield ""
    yield " ".join(block)


def _wrapped(block: str, width: int, first: int) -> list[str]:
    item = re.match(r"\s*([-*+] |\d+[.)] )?", block)
    hang = " " * len(item[0]) if item else ""
    lines = textwrap.wrap(
        "x" * first + block, width, subsequent_indent=hang, break_on_hyphens=False, break_long_words=False
    )
    return [lines[0][first:], *lines[1:]] if lines else [""]


def markdown(value: Any) -> Markup:
    """Markdown of the description in Markdown of ours: no HTML, no heading of its own."""
    text = _printable(_raw(value)).replace("<", "&lt;").rstrip()
    return Markup(re.sub(r"^(\s*)(#|>|```|~~~|---|===)", r"\1\\\2", text, flags=re.MULTILINE))


def cell(value: Any) -> Markup:
    """Text in one cell of a Markdown table."""
    return Markup(" ".join(markdown(value).split()).replace("|", "\\|"))


def code_span(value: Any) -> Markup:
    """Text as a Markdown code span, also within a table cell."""
    text = " ".join(_printable(str(_raw(value))).split()).replace("|", "\\|")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return Markup(f"{fence}{padding}{text}{padding}{fence}")


def bare(value: Markup) -> Markup:
    """A type as a reader of the documentation knows it, without the module that holds it."""
    return value.replace("models.", "")


def link(value: Any) -> Markup:
    """An address in Markdown; anything but http(s) stays text."""
    text = "".join(_printable(_raw(value)).split())
    safe = re.fullmatch(r"https?://[^<>]+", text)
    return Markup(f"<{text}>") if safe else code_span(text)


def plain(value: Any) -> Markup:
    """A name within a comment or a command: letters, digits and what joins them."""
    return Markup(re.sub(r"[^A-Za-z0-9._-]", "", _raw(value)))


def sample(argument: Argument) -> Markup:
    """A value to show in an example: the description's own, else one of the right type."""
    if argument.example is not None and isinstance(argument.example, str | int | float | bool):
        return literal(argument.example)
    if argument.has_default:
        return argument.default or Markup("None")
    kind = argument.annotation.removesuffix(" | None")
    if kind.startswith("Literal["):
        values = ast.parse(kind, mode="eval").body
        return literal(next(node.value for node in ast.walk(values) if isinstance(node, ast.Constant)))
    return Markup({"int": "1", "float": "1.0", "bool": "True", "str": f'"{argument.name}"'}.get(kind, "..."))


def toml(value: Any) -> Markup:
    """A TOML basic string."""
    text = json.dumps(" ".join(_printable(_raw(value)).split()), ensure_ascii=False)
    return Markup(text.replace("\x7f", "\\u007f"))


def constant(value: str) -> Markup:
    """A string that stands in the template itself; text of the description is not a `str`, so it cannot pass."""
    if not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} is no constant of a template")
    return Markup(value)


def sentence(value: Any) -> UntrustedString:
    """A text that ends like a sentence."""
    text = _raw(value).rstrip()
    return UntrustedString(text if text.endswith((".", "!", "?", ":")) else f"{text}.")


def first_sentence(value: Any) -> UntrustedString:
    """The first sentence of a text, in one line."""
    text = " ".join(_raw(value).split())
    return UntrustedString(re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0])


def pep440(value: Any) -> Markup:
    """`info.version` as a version that Python's packaging accepts (PEP 440)."""
    raw = _raw(value).strip()
    if re.fullmatch(r"v?\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?", raw):
        return Markup(raw)
    return Markup(".".join(str(int(number)) for number in re.findall(r"\d+", raw)[:4]) or "0")


def _raw(value: Any) -> Any:
    return value.get_untrusted_value() if isinstance(value, UntrustedString) else value


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() or character == "\n" else " " for character in text)


#: Names of the error classes, by status; the others are named after their hundred. A test holds them to errors.py.
ERROR_CLASSES = {
    "400": Code("BadRequestError"),
    "401": Code("UnauthorizedError"),
    "403": Code("ForbiddenError"),
    "404": Code("NotFoundError"),
    "409": Code("ConflictError"),
    "422": Code("UnprocessableEntityError"),
    "429": Code("TooManyRequestsError"),
}


def error_class(status: str) -> Code:
    """The class that an answer with this status, range or `default` is raised as."""
    fallback = {"4": "ClientError", "5": "ServerError"}.get(status[:1], "StatusError")
    return ERROR_CLASSES.get(str(status), Code(fallback))


FILTERS: dict[str, Callable[..., Any]] = {
    "bare": bare,
    "cell": cell,
    "code_span": code_span,
    "constant": constant,
    "docstring": docstring,
    "error_class": error_class,
    "first_sentence": first_sentence,
    "link": link,
    "literal": literal,
    "markdown": markdown,
    "pep440": pep440,
    "plain": plain,
    "sample": sample,
    "sentence": sentence,
    "toml": toml,
}
