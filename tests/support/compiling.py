"""Imports of many packages that are nearly alike: most modules have the same text, and are compiled once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.machinery import SourceFileLoader
from types import CodeType
from typing import Any

import pytest


@lru_cache(maxsize=2000)
def _compiled(text: bytes, path: str) -> CodeType:
    return compile(text, path, "exec", dont_inherit=True)


@contextmanager
def same_texts_compiled_once() -> Iterator[None]:
    """Compile no module whose text and path were those of an earlier one; Python's own cache is lost with a folder."""

    def source_to_code(_: SourceFileLoader, data: Any, path: Any, **options: Any) -> CodeType:
        return _compiled(bytes(data), str(path))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SourceFileLoader, "source_to_code", source_to_code)
        yield
