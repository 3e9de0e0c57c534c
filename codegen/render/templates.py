"""Templates and plain files to `{path: text}`.

`templates/<path>.jinja` renders to `<path>`, once for each tag where it holds `__tag__`; any other file is copied,
unless it stands in for a rendered one; `_name.jinja` is a partial. `templates/README.md` tells the rest.
"""

from __future__ import annotations

import ast
import traceback
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from markupsafe import Markup, Markup as Code

from codegen.model.api import Api, Model, Tag
from codegen.model.auth import token_endpoint
from codegen.output.manifest import template_files
from codegen.parser.reading import ClassName, PythonIdentifier
from codegen.render.filters import FILTERS
from codegen.report.diagnostics import Diagnostic, GenerationError, Position

_COMMENTS = {".py": ("# ", ""), ".toml": ("# ", ""), ".md": ("<!-- ", " -->")}


def render(api: Api, templates: Path, *, package: str, source: str) -> dict[str, str]:
    """Every file of the generated tree; `source` is the description's name in the headers.

    Raises:
        GenerationError: A template is wrong; names it and its line.
    """
    environment = _environment(templates)
    error_names = _public_names(templates, PurePosixPath("__package__/errors.py"))
    environment.globals.update(api=api, package=Code(package), error_names=error_names, models_of=models_of)
    environment.globals["token_endpoint"] = token_endpoint(api)
    files = {}
    for path in rendered_files(templates):
        target = path.as_posix().removesuffix(".jinja").replace("__package__", package)
        for name, context in _targets(target, api):
            if path.suffix != ".jinja":
                files[name] = _header(name, source) + _plain(templates, path)
            elif (text := _render(environment, templates, path, context)).strip():
                files[name] = _header(name, source) + text  # empty: a template says that there is no such file
    return files


def rendered_files(templates: Path) -> list[PurePosixPath]:
    """The files of the template tree that become files: all but the partials, and what stands in for a rendered one."""
    found = {PurePosixPath(path.relative_to(templates).as_posix()) for path in template_files(templates)}
    return sorted(path for path in found if not (_is_partial(path) or path.with_name(f"{path.name}.jinja") in found))


def _public_names(templates: Path, path: PurePosixPath) -> list[Code]:
    """`__all__` of a plain module, so that no template repeats it."""
    try:
        tree = ast.parse(_plain(templates, path), str(path))
    except SyntaxError as error:
        raise _fault(templates, str(path), error.lineno or 0, error) from error
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__":
            return [Code(name) for name in ast.literal_eval(statement.value)]
    raise _fault(templates, str(path), 1, LookupError("no __all__"))


def _plain(templates: Path, path: PurePosixPath) -> str:
    try:
        return (templates / path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _fault(templates, str(path), 1, error) from error


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


def _is_partial(path: PurePosixPath) -> bool:
    return path.name.startswith("_") and path.suffixes == [".jinja"]


def _targets(target: str, api: Api) -> Iterator[tuple[str, dict[str, Tag | Code]]]:
    """The files that a template becomes: one, or one for each tag or module of models."""
    if "__tag__" in target:
        for tag in api.tags:
            name = tag.module if target.endswith(".py") else tag.prefix
            yield target.replace("__tag__", name), {"tag": tag}
    elif "__home__" in target:
        for home, _ in api.homes if api.is_split else ():
            yield target.replace("__home__", home), {"home": home}
    else:
        yield target, {}


def _render(environment: Environment, templates: Path, path: PurePosixPath, context: dict[str, Tag | Code]) -> str:
    try:
        return environment.get_template(path.as_posix()).render(context)
    except (TemplateError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise _fault(templates, *_blame(error, templates, path), error) from error


def _fault(templates: Path, name: str, line: int, error: Exception) -> GenerationError:
    """At the line's first character: Jinja knows no column."""
    lines = (templates / name).read_text(encoding="utf-8", errors="replace").splitlines()
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    position = Position(line, len(text) - len(text.lstrip()) + 1) if line else None
    message = f"{type(error).__name__}: {error}"
    return GenerationError([Diagnostic(f"templates/{name}", "template", message, position, text)])


def _blame(error: Exception, templates: Path, path: PurePosixPath) -> tuple[str, int]:
    """The template and line that an error comes from: Jinja puts them into the traceback, unless it cannot compile."""
    if isinstance(error, TemplateSyntaxError) and error.name:
        return error.name, error.lineno
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.endswith(".jinja"):
            return Path(frame.filename).relative_to(templates).as_posix(), frame.lineno or 0
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
    if isinstance(value, Markup):  # nearly all that is printed
        return value
    if isinstance(value, PythonIdentifier | ClassName):
        return Markup(value)
    if isinstance(value, StrictUndefined | int) or callable(value):
        return value
    raise TypeError(f"a {type(value).__name__} was about to be printed as it is; put it through a filter")
