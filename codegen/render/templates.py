"""Templates and plain files to `{path: text}`.

`templates/<path>.jinja` renders to `<path>`, once for each tag where it holds `__tag__`; any other file is copied;
`_name.jinja` is a partial. `templates/README.md` describes it all.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath

from jinja2 import Environment, TemplateError, TemplateSyntaxError
from markupsafe import Markup as Code

from codegen.description.graphs import reachable
from codegen.model.annotations import Use, Writer
from codegen.model.api import Api, Model, Tag
from codegen.model.auth import token_endpoint
from codegen.model.types import MODULES
from codegen.render.environment import environment
from codegen.render.errors import ErrorClasses
from codegen.render.files import rendered_files
from codegen.render.filters import comment
from codegen.report.diagnostics import Diagnostic, GenerationError, Position

#: What a path may have in place of a name.
_PLACEHOLDERS = ("__package__", "__tag__", "__home__")
#: What a description may bring its own of.
BEHAVIOUR_TARGET = "{}/testing/behaviour.py"
#: Names that Python gives a meaning.
_MODULES = ("__init__", "__main__")
_COMMENTS = {".py": ("# ", ""), ".toml": ("# ", ""), ".md": ("<!-- ", " -->")}


def render(api: Api, templates: Path, *, package: str, source: str, behaviour: str = "") -> dict[str, str]:
    """Render every file of the output, except the manifest; `source` names the description in the headers.

    `behaviour` is the Python of what the API does beyond its description; empty: nothing.

    Raises:
        GenerationError: A template is wrong; the diagnostic has its name and line.
    """
    jinja, errors = environment(templates), _error_classes(templates)
    jinja.filters["error_class"] = errors.of
    for use in (Use.ANSWER, Use.REQUEST):  # an argument is spelt out, for those who read the signature
        jinja.filters[use.value] = cache(Writer(use, names=api.union_names[use.value]).annotation)
    jinja.globals.update(api=api, package=Code(package), error_names=errors.names, models_of=models_of)
    jinja.globals.update(modules_of_types=MODULES, token_endpoint=token_endpoint(api))
    files, origin = {}, comment(source)
    for path in rendered_files(templates):
        _check_placeholders(path)
        target = path.as_posix().removesuffix(".jinja").replace("__package__", package)
        for name, context in _targets(target, api):
            if path.suffix != ".jinja":
                files[name] = _header(name, origin) + _read(templates, path)
            elif (text := _render(jinja, templates, path, context)).strip():
                files[name] = _header(name, origin) + text  # a template that renders to nothing makes no file
    if behaviour:
        name = BEHAVIOUR_TARGET.format(package)
        files[name] = _header(name, origin) + behaviour
    return files


def _check_placeholders(path: PurePosixPath) -> None:
    """See whether a path has only placeholders that there are: any other would become part of a name.

    Raises:
        GenerationError: It has another one.
    """
    known = (*_PLACEHOLDERS, *_MODULES)
    unknown = [name for name in re.findall(r"__[A-Za-z0-9]+__", str(path)) if name not in known]
    if unknown:
        message = f"{unknown[0]} stands for nothing; a path may have {', '.join(_PLACEHOLDERS)}"
        hint = "a template that prints one file for all goes through `api`: see templates/README.md"
        raise GenerationError([Diagnostic(f"templates/{path}", "template", message, hint=hint)])


def _error_classes(templates: Path) -> ErrorClasses:
    path = PurePosixPath("__package__/errors.py")
    try:
        return ErrorClasses.read(_read(templates, path))
    except SyntaxError as error:
        raise _error_at(templates, str(path), error.lineno or 0, error) from error
    except LookupError as error:
        raise _error_at(templates, str(path), 1, error) from error


def _read(templates: Path, path: PurePosixPath) -> str:
    try:
        return (templates / path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _error_at(templates, str(path), 1, error) from error


def models_of(tag: Tag, api: Api) -> list[Model]:
    """The models that a page about a tag has to document: those of its operations, and those in their fields."""

    def in_fields(name: str) -> Iterator[str]:
        fields = api.model[name].fields if name in api.model else ()
        return (inner for field in fields for inner in field.models)

    names = reachable((str(name) for operation in tag.operations for name in operation.models), in_fields)
    return [api.model[name] for name in names if name in api.model]


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


def _render(jinja: Environment, templates: Path, path: PurePosixPath, context: dict[str, Tag | Code]) -> str:
    try:
        return jinja.get_template(path.as_posix()).render(context)
    except (TemplateError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise _error_at(templates, *_place_of(error, templates, path), error) from error


def _error_at(templates: Path, name: str, line: int, error: Exception) -> GenerationError:
    """The error at a line of a template; at its first character, since Jinja knows no column."""
    lines = (templates / name).read_text(encoding="utf-8", errors="replace").splitlines()
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    position = Position(line, len(text) - len(text.lstrip()) + 1) if line else None
    message = f"{type(error).__name__}: {error}"
    return GenerationError([Diagnostic(f"templates/{name}", "template", message, position, text)])


def _place_of(error: Exception, templates: Path, path: PurePosixPath) -> tuple[str, int]:
    """The template and line of an error: in the traceback, or in the error itself if the template does not compile."""
    if isinstance(error, TemplateSyntaxError) and error.name:
        return error.name, error.lineno
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.endswith(".jinja"):
            return Path(frame.filename).relative_to(templates).as_posix(), frame.lineno or 0
    return path.as_posix(), 0


def _header(name: str, origin: Code) -> str:
    if (comment_marks := _COMMENTS.get(PurePosixPath(name).suffix)) is None:
        return ""
    start, end = comment_marks
    return (
        f"{start}@generated by generate.py from {origin}; do not edit.{end}\n"
        f"{start}Change the description or a template instead, then run `make generate`.{end}\n\n"
    )
