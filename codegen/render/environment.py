"""The Jinja environment: strict, and with a guard against text of the description that nothing has escaped."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context
from markupsafe import Markup

from codegen.model.annotations import Use, Writer
from codegen.naming.spelling import ClassName, PythonIdentifier
from codegen.render import filters
from codegen.render.limits import limits
from codegen.render.samples import follow_up, sample, uses

#: The filters that need nothing but their argument; `templates/README.md` describes each.
FILTERS: dict[str, Callable[..., Any]] = {
    "answer": cache(Writer(Use.ANSWER).annotation),
    "argument": cache(Writer(Use.ARGUMENT).annotation),
    "cell": filters.cell,
    "code_cell": filters.code_cell,
    "code_span": filters.code_span,
    "constant": filters.constant,
    "development_status": filters.development_status,
    "docstring": filters.docstring,
    "documented": cache(Writer(Use.ANSWER, str, is_documentation=True).annotation),
    "documented_argument": cache(Writer(Use.ARGUMENT, is_documentation=True).annotation),
    "first_sentence": filters.first_sentence,
    "json": filters.as_json,
    "joined": filters.joined,
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
    "used_in": filters.used_in,
    "follow_up": follow_up,
    "uses": uses,
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
        bytecode_cache=_Compiled(templates),
    )
    jinja.code_generator_class, jinja.context_class = _CodeGenerator, _Context
    jinja.filters.update(FILTERS)
    return jinja


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates, by name and content: compiling is a quarter of a short run.

    Kept by the process, and in `__pycache__` beside the templates as Python keeps modules: no worse to read code from.
    The folder is no part of the key: tests render many copies of it. Jinja finds the place of an error by the code's.
    """

    def __init__(self, templates: Path) -> None:
        super().__init__(str(templates / "__pycache__"), f"%s.{sys.implementation.cache_tag}")

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(f"{_compiler()}\n{source}")

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return super().get_cache_key(name)

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        bucket = super().get_bucket(environment, name, filename, source)
        if bucket.code and filename:
            bucket.code = bucket.code.replace(co_filename=filename)
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        if (code := _COMPILED.get((bucket.key, bucket.checksum))) is not None:
            bucket.code = code
        else:
            with suppress(Exception):  # a damaged file can raise anything; then the template is compiled anew
                super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        _COMPILED[bucket.key, bucket.checksum] = bucket.code
        if not sys.dont_write_bytecode:
            with suppress(OSError):  # the folder may be read-only
                Path(self.directory).mkdir(exist_ok=True)
                super().dump_bytecode(bucket)


#: What this process has compiled, by the key and the checksum of the bucket.
_COMPILED: dict[tuple[str, str], CodeType | None] = {}


@cache
def _compiler() -> str:
    """What decides the code of a template beside its text: Jinja, and our filters, which it calls for constants."""
    sources = sorted(Path(__file__).parents[1].rglob("*.py"))
    return version("jinja2") + sha256(b"".join(map(Path.read_bytes, sources))).hexdigest()


class _Context(Context):
    """Calls without a look at what else the function may want of Jinja, which takes as long: none of ours does."""

    def call(self, function: Callable[..., Any], /, *args: Any, **options: Any) -> Any:
        options.pop("_loop_vars", None)
        return function(*args, **options)


class _CodeGenerator(CodeGenerator):
    """Prints what `_finalize` lets through without escaping it once more, which takes a tenth of the rendering."""

    def _output_child_pre(self, node: Any, frame: Any, finalize: Any) -> None:
        self.write(f"({finalize.src}")


#: A tuple: this is asked a hundred thousand times, and `|` would make a new union of the classes each time.
_CODE = (Markup, PythonIdentifier, ClassName)


def _finalize(value: Any) -> str:
    """Let through what is code; text of the description has to pass through a filter that escapes it.

    Raises:
        TypeError: It is neither.
    """
    if isinstance(value, _CODE):
        return value
    if isinstance(value, (StrictUndefined, int)):
        return str(value)
    raise TypeError(f"a {type(value).__name__} was about to be printed as it is; put it through a filter")
