"""Tags whose names no file can have: on some system, or on any."""

from __future__ import annotations

from pathlib import Path

from codegen.naming.names import MAX_MODULE
from tests.support.cases import Case

#: What no file can be called, whatever it ends in: learn.microsoft.com/windows/win32/fileio/naming-a-file.
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}


def test_names_of_files(case: Case) -> None:
    """Each is one that Windows, too, can create."""
    assert case.package.__file__
    names = [path.name for path in Path(case.package.__file__).parents[1].rglob("*")]
    assert {"con_.py", "nul_.py", "com1_.py"} <= {*names}
    assert not {name.partition(".")[0].lower() for name in names} & DEVICES
    assert max(map(len, names)) <= MAX_MODULE + len("Api.md")


def test_calls(case: Case) -> None:
    """An operation is where the name of its tag's module says."""
    assert case.call(lambda client: client.con_.o1()).target == "/a1"
    assert case.call(lambda client: client.com1_.com1()).target == "/c2"
    assert case.call(lambda client: client.foo.o3()).target == "/a3"
    assert case.call(lambda client: client.import_.o6()).target == "/a6"
    assert case.call(lambda client: client.close_.p2()).target == "/b2"
    assert (
        case.call(
            lambda client: (
                client.a_very_long_tag_a_very_long_tag_a_very_long_tag_a_very_long_tag_a_very_long_tag_a_very_long_tag_a_ve.long()
            )
        ).target
        == "/c3"
    )
