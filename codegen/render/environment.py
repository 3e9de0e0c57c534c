"""The Jinja environment: strict, and with a guard against text of the description that nothing has escaped."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator
from markupsafe import Markup

from codegen.model.annotations import Use, Writer
from codegen.naming.spelling import ClassName, PythonIdentifier
from codegen.render import filters
from codegen.render.limits import limits
from codegen.render.samples import sample

#: The filters that need nothing but their argument; `templates/README.md` describes each.
FILTERS: dict[str, Callable[..., Any]] = {
    "answer": cache(Writer(Use.ANSWER).annotation),
    "argument": cache(Writer(Use.ARGUMENT).annotation),
    "cell": filters.cell,
    "code_cell": filters.code_cell,
    "code_span": filters.code_span,
    "constant": filters.constant,
    "docstring": filters.docstring,
    "documented": cache(Writer(Use.ANSWER, str, is_documentation=True).annotation),
    "documented_argument": cache(Writer(Use.ARGUMENT, is_documentation=True).annotation),
    "first_sentence": filters.first_sentence,
    "limits": cache(limits),
    "link": filters.link,
    "literal": filters.literal,
    "markdown": filters.markdown,
    "pep440": filters.pep440,
    "plain": filters.plain,
    "request": cache(Writer(Use.REQUEST).annotation),
    "sample": sample,
    "sentence": filters.sentence,
    "toml": filters.toml,
}


def environment(templates: Path) -> Environment:
    """The environment for the templates of a folder."""
    jinja = Environment(
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        # "Escaping" here is the guard of `_finalize`; it also makes macros return safe strings.
        autoescape=True,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=_COMPILED,
    )
    jinja.code_generator_class = _CodeGenerator
    jinja.filters.update(FILTERS)
    return jinja


class _Compiled(BytecodeCache):
    """The templates that this process has compiled, by their path and content; compiling is half of a short run."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class _CodeGenerator(CodeGenerator):
    """Prints what `_finalize` lets through without escaping it once more, which takes a tenth of the rendering."""

    def _output_child_pre(self, node: Any, frame: Any, finalize: Any) -> None:
        self.write(f"({finalize.src}")


def _finalize(value: Any) -> str:
    """Let through what is code; text of the description has to pass through a filter that escapes it.

    Raises:
        TypeError: It is neither.
    """
    if isinstance(value, Markup | PythonIdentifier | ClassName):
        return value
    if isinstance(value, StrictUndefined | int):
        return str(value)
    raise TypeError(f"a {type(value).__name__} was about to be printed as it is; put it through a filter")
