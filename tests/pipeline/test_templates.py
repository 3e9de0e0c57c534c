"""The environment that templates render in: faults are told with their place, and no text of the description leaks."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, Template, UndefinedError

import codegen.render.environment
from codegen.description.document import Document
from codegen.model.read import read
from codegen.render import ruff
from codegen.render.environment import FILTERS, environment
from codegen.render.errors import ErrorClasses
from codegen.render.files import template_files
from codegen.render.templates import render
from templates.__package__ import errors
from tests.benchmarks.description import description
from tests.support.checkout import PACKAGE, ROOT, Checkout, contents, edit, state

#: In the description as text that would be code, wherever it got out.
PLANTED = 'x"); import os; os._exit(1) # <planted>'


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A copy that has not generated yet."""
    return Checkout.copy(tmp_path / "checkout")


def refused(checkout: Checkout) -> str:
    """What a run says that has to fail, and to write nothing."""
    before = state(checkout.root)
    result = checkout.run()
    assert (result.returncode, result.stdout) == (2, "")
    assert state(checkout.root) == before
    return result.stderr


def last_line(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


# --- compiling


def test_a_template_is_compiled_once_for_each_text(tmp_path: Path) -> None:
    """Runs in one process, as in `make watch`, share what they have compiled."""
    path = tmp_path / "a.jinja"

    def template(text: str) -> Template:
        path.write_text(text, encoding="utf-8")
        return environment(tmp_path).get_template("a.jinja")

    first, same, changed = template("{{ 1 }}"), template("{{ 1 }}"), template("{{ 2 }}")
    assert same.root_render_func.__code__ is first.root_render_func.__code__
    assert [first.render(), same.render(), changed.render()] == ["1", "1", "2"]


def test_a_template_in_another_folder_is_compiled_no_more(tmp_path: Path) -> None:
    """But it knows where it is: an error there is told with that place."""

    def template(folder: Path) -> Template:
        folder.mkdir()
        (folder / "a.jinja").write_text("{% macro a() %}{{ none.at_all }}{% endmacro %}\n{{ a() }}", encoding="utf-8")
        return environment(folder).get_template("a.jinja")

    first, second = template(tmp_path / "first"), template(tmp_path / "second")
    assert second.root_render_func.__code__ is first.root_render_func.__code__
    for each, folder in ((first, "first"), (second, "second")):
        with pytest.raises(UndefinedError) as caught:
            each.render()
        places = [(frame.path, frame.lineno + 1) for frame in caught.traceback if str(frame.path).endswith(".jinja")]
        assert places == [(tmp_path / folder / "a.jinja", line) for line in (2, 1)]


@pytest.fixture
def fresh_process(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Forget what this process has compiled; `__pycache__` is what is left, as in the next run."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(codegen.render.environment, "_COMPILED", {})
    return codegen.render.environment._COMPILED.clear


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the templates that are compiled."""
    names: list[str] = []

    def spy(self: Environment, source: str, name: str | None = None, *rest: Any, **options: Any) -> Any:
        names.append(str(name))
        return compile_template(self, source, name, *rest, **options)

    compile_template = Environment.compile
    monkeypatch.setattr(Environment, "compile", spy)
    return names


def rendered(folder: Path) -> str:
    return environment(folder).get_template("a.jinja").render()


def test_the_next_run_does_not_compile_again(
    tmp_path: Path, fresh_process: Callable[[], None], compiled: list[str]
) -> None:
    """But each text of a template, since an earlier one was compiled from another."""
    path = tmp_path / "a.jinja"
    for text, times in (("{{ 1 }}", 1), ("{{ 1 }}", 1), ("{{ 2 }}", 2), ("{{ 2 }}", 2)):
        path.write_text(text, encoding="utf-8")
        fresh_process()
        assert (rendered(tmp_path), len(compiled)) == (text.strip("{} "), times)
    assert {*template_files(tmp_path)} == {path}


def test_templates_are_compiled_again_after_a_change_of_what_filters_make(tmp_path: Path) -> None:
    """Jinja calls them for constants while it compiles, so their results are in the compiled code."""
    checkout = Checkout.copy(tmp_path / "checkout")
    (checkout.templates / "a.txt.jinja").write_text("{{ 'a'|constant }}", encoding="utf-8")
    assert checkout.spawn(PYTHONDONTWRITEBYTECODE="").returncode == 0
    assert (checkout.output / "a.txt").read_text(encoding="utf-8") == "a"
    constant = "return Markup(unwrap(value))"
    edit(checkout.root / "codegen/render/filters.py", constant, "return Markup('b' if value == 'a' else unwrap(value))")
    checkout.spawn(PYTHONDONTWRITEBYTECODE="")
    assert (checkout.output / "a.txt").read_text(encoding="utf-8") == "b"


@pytest.mark.parametrize("content", [b"", b"j2", b"no code", None], ids=["empty", "short", "other", "cut"])
def test_a_damaged_cache_is_written_anew(
    tmp_path: Path, content: bytes | None, fresh_process: Callable[[], None], compiled: list[str]
) -> None:
    (tmp_path / "a.jinja").write_text("{{ 1 }}", encoding="utf-8")
    rendered(tmp_path)
    (kept,) = (tmp_path / "__pycache__").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-8] if content is None else content)
    fresh_process()
    assert rendered(tmp_path) == "1"
    assert (len(compiled), kept.read_bytes()) == (2, whole)


@pytest.mark.parametrize("fault", ["a file", "a folder", "a link to itself"])
def test_templates_are_compiled_where_nothing_can_be_kept(
    tmp_path: Path, fault: str, fresh_process: Callable[[], None], compiled: list[str]
) -> None:
    """Also where only that is wrong which is kept; modes would not stop root, who runs tests in containers."""
    (tmp_path / "a.jinja").write_text("{{ 1 }}", encoding="utf-8")
    rendered(tmp_path)
    folder = tmp_path / "__pycache__"
    (kept,) = folder.iterdir()
    kept.unlink()
    if fault == "a folder":
        (kept / "inner").mkdir(parents=True)
    else:
        folder.rmdir()
        folder.touch() if fault == "a file" else folder.symlink_to(folder)
    fresh_process()
    assert (rendered(tmp_path), len(compiled)) == ("1", 2)


def test_nothing_is_kept_where_python_keeps_nothing(
    tmp_path: Path, fresh_process: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`python -B`, or PYTHONDONTWRITEBYTECODE."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "a.jinja").write_text("{{ 1 }}", encoding="utf-8")
    assert rendered(tmp_path) == "1"
    assert not (tmp_path / "__pycache__").exists()


# --- a fault is told with its place


@pytest.mark.parametrize("name", ["README.md.jinja", "__package__/client.py.jinja", "docs/__tag__Api.md.jinja"])
@pytest.mark.parametrize(
    ("mistake", "reason"),
    [
        ("{{ api.titel|literal }}", "UndefinedError: .*titel"),
        ("{{ apy.title|literal }}", "UndefinedError: .*apy"),
        ("{% if api.titel %}x{% endif %}", "UndefinedError: .*titel"),
        ("{{ api.title|literel }}", "TemplateAssertionError: .*literel"),
        ("{{ api.title|literal }", "TemplateSyntaxError"),
        ("{% include 'none.jinja' %}", "TemplateNotFound.*none.jinja"),
        ("{{ api.title|literal(1, 2, 3) }}", "TypeError"),
    ],
    ids=["attribute", "name", "condition", "filter", "syntax", "include", "arguments"],
)
def test_a_mistake_ends_the_run_with_template_and_line(
    checkout: Checkout, name: str, mistake: str, reason: str
) -> None:
    """Nothing is rendered as nothing."""
    template = checkout.templates / name
    with template.open("a", encoding="utf-8") as file:
        file.write(f"\n  {mistake}\n")
    place = f"templates/{re.escape(name)}:{last_line(template)}:3"
    shown = rf"\n    {re.escape('  ' + mistake)}\n      \^\n$"
    assert re.search(rf"^{place}: error\[template\]: {reason}.*{shown}", refused(checkout))


def test_a_mistake_in_a_partial_is_told_where_it_stands(checkout: Checkout) -> None:
    """Not where the partial was used."""
    partial = checkout.templates / "docs" / "_parts.jinja"
    edit(partial, "{{ operation.summary|sentence|markdown }}", "{{ operation.sumary|markdown }}")
    line = 1 + partial.read_text(encoding="utf-8").partition(".sumary")[0].count("\n")
    assert refused(checkout).startswith(f"templates/docs/_parts.jinja:{line}:1: error[template]: UndefinedError")


@pytest.mark.parametrize("name", ["_model.py", "errors.py"])
def test_python_that_is_none_is_told_where_it_stands(checkout: Checkout, name: str) -> None:
    """In the template folder, at its line there; the rest of the message is ruff's or Python's."""
    template = checkout.templates / "__package__" / name
    with template.open("a", encoding="utf-8") as file:
        file.write("\ndef broken(:\n")
    place, _, said = refused(checkout).partition(": error[template]: ")
    assert re.fullmatch(rf"templates/__package__/{name}:{last_line(template)}:\d+", place)
    assert said.splitlines()[1] == "    def broken(:"


def test_python_that_is_none_is_told_with_its_template(checkout: Checkout) -> None:
    """And with the line that it comes from."""
    template = checkout.templates / "__package__" / "client.py.jinja"
    with template.open("a", encoding="utf-8") as file:
        file.write("\ndef broken(:\n")
    said = refused(checkout)
    place = re.escape(f"templates/__package__/client.py.jinja:{last_line(template)}:")
    assert re.match(rf"{place}\d+: error\[template\]: .*\({PACKAGE}/client\.py:\d+\)\n", said)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("client.py.jinja", "    LIMIT = Lime(1)", "Undefined name `Lime`"),
        ("_log.py", "def late() -> None:\n    logging.warning(text)", "Undefined name `text`"),
        ("api/__tag__.py.jinja", "LIMIT_{{ tag.module }} = unknown_{{ tag.module }}", "Undefined name `unknown_oauth`"),
        ("api/_parts.jinja", None, "Undefined name `nowhere`"),
        ("_twins.py", '__all__ = ["nowhere"]', "Undefined name `nowhere` in `__all__`"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_its_template(
    checkout: Checkout, name: str, text: str | None, reason: str
) -> None:
    """Before the tree is swapped in; from a partial, too."""
    template = checkout.templates / "__package__" / name
    if text is None:
        edit(
            template,
            "        {{ returned(operation, wait) }}",
            "        nowhere()\n        {{ returned(operation, wait) }}",
        )
    else:
        with template.open("a", encoding="utf-8") as file:
            file.write(f"\n{text}\n")
    (line,) = (
        number
        for number, line in enumerate(template.read_text(encoding="utf-8").splitlines(), start=1)
        if line.strip() == (text or "nowhere()").splitlines()[-1].strip()
    )
    assert re.match(
        rf"templates/__package__/{re.escape(name)}:{line}:\d+: error\[template\]: .*{re.escape(reason)}",
        refused(checkout),
    )


def test_a_plain_file_that_is_not_utf_8_is_told(checkout: Checkout) -> None:
    """With its name."""
    (checkout.templates / "docs" / "photo.md").write_bytes(b"\xff\xfe")
    assert refused(checkout).startswith("templates/docs/photo.md:1:1: error[template]: UnicodeDecodeError")


# --- no text of the description leaks


@pytest.mark.parametrize(
    "leak",
    [
        "{{ api.title }}",
        "{{ api.title.get_untrusted_value() }}",
        "{{ api.title|upper }}",
        "{{ api.title.get_untrusted_value()|upper }}",
        "{{ [api.title] }}",
        "{{ {'a': api.title.get_untrusted_value()} }}",
        "{{ api.title|string }}",
        "{{ api.title|sentence }}",
        "{{ 'a' ~ api.title.get_untrusted_value() }}",
        "{{ '%s'|format(api.title.get_untrusted_value()) }}",
        "{{ api.title|constant }}",
        "{{ api }}",
        "{% for tag in api.tags %}{{ tag.name }}{% endfor %}",
        "{% for one in api.servers %}{{ one.url }}{% endfor %}",
    ],
)
def test_text_that_no_filter_has_escaped_is_refused(checkout: Checkout, leak: str) -> None:
    """A forgotten filter is an error on its line, and never a hole."""
    edit(checkout.spec, "title: Persona OAuth API", f"title: {PLANTED!r}")
    template = checkout.templates / "README.md.jinja"
    with template.open("a", encoding="utf-8") as file:
        file.write(f"\n{leak}\n")
    said = refused(checkout)
    assert said.startswith(f"templates/README.md.jinja:{last_line(template)}:1: error[template]: ")
    assert "planted" not in said


# --- which file becomes what


def test_paths_become_files_as_the_readme_says(checkout: Checkout) -> None:
    """Partials, hidden files and the README stay here; placeholders are replaced; the rest is copied or rendered."""
    new = {
        "extra/__package__-{__tag__}.md.jinja": "{{ tag.name|markdown }} in {{ package }}",
        "extra/_partial.jinja": "{{ nothing }}",
        "extra/plain.txt": "{{ copied }}",
        "extra/empty.md.jinja": "\n{% if false %}x{% endif %}\n",
        "extra/.hidden": "x",
    }
    (checkout.templates / "extra").mkdir()
    for name, text in new.items():
        (checkout.templates / name).write_text(text, encoding="utf-8")
    checkout.generate("--package", "other")
    made = {name: text for name, text in contents(checkout.output).items() if name.startswith("extra/")}
    tags = Document.load(checkout.spec, "spec").data["tags"]
    assert set(made) == {*(f"extra/other-{{{tag['name']}}}.md" for tag in tags), "extra/plain.txt"}
    assert made["extra/plain.txt"] == b"{{ copied }}"
    assert made["extra/other-{OAuth}.md"].endswith(b"\nOAuth in other")
    assert not any("README.md" in name for name in contents(checkout.output) if name != "README.md")


def test_every_text_file_says_where_it_comes_from(checkout: Checkout) -> None:
    """Its first two lines, so that nobody edits it; only what has no comments goes without."""
    checkout.generate()
    without = {
        name
        for name, content in contents(checkout.output).items()
        if not re.match(
            rb"(# |<!-- )@generated by generate\.py from spec/openapi\.yaml; do not edit\.( -->)?\n", content
        )
    }
    assert without == {"LICENSE", "manifest.json", f"{PACKAGE}/py.typed", f"{PACKAGE}/testing/_answers.json"}


def test_no_template_names_anything_of_the_api() -> None:
    """The same templates render any description."""
    api = re.compile("persona|inquiry|access-token|(?<!--)client-id|inflection|org_", re.IGNORECASE)
    # In snake case, and as an option of a command line, RFC 6749 has them, too: what implements it may say them.
    standard = {f"__package__/{name}.py" for name in ("_command_line", "_credentials", "_renewal", "_sharing")}
    words = re.compile(f"{api.pattern}|access_token|client_id", re.IGNORECASE)
    named = {
        f"{name}: {found[0]}"
        for name, content in contents(ROOT / "templates").items()
        if name != "README.md" and ".pyc" not in name
        if (found := (api if name in standard else words).search(content.decode()))
    }
    assert named == set()


def test_the_documented_error_is_the_one_that_is_raised() -> None:
    """For each status; a range is documented as the class of its statuses that have no class of their own."""
    classes = ErrorClasses.read((ROOT / "templates" / "__package__" / "errors.py").read_text(encoding="utf-8"))
    for status in range(300, 700):
        assert classes.of(str(status)) == type(errors.status_error(status, None, "")).__name__
    assert [classes.of(status) for status in ("4XX", "5XX", "default")] == [
        type(errors.status_error(status, None, "")).__name__ for status in (499, 599, 600)
    ]
    assert classes.names == errors.__all__


# --- the README


def test_the_readme_names_all_that_a_template_can_use() -> None:
    """Every filter and every placeholder."""
    readme = (ROOT / "templates" / "README.md").read_text(encoding="utf-8")
    assert {name for name in FILTERS if not re.search(rf"`{name}[`(]", readme)} == set()
    placeholders = {
        found for name in contents(ROOT / "templates") for found in re.findall(r"__[a-z]+__(?!\.py|/__)", name)
    }
    assert {name for name in placeholders - {"__pycache__"} if f"`{name}`" not in readme} == set()


@pytest.mark.parametrize("size", [20, 250], ids=["models in one file", "models in several"])
def test_ruff_has_nothing_to_remove_where_files_are_many(tmp_path: Path, size: int) -> None:
    """It reads a file again after each change, which took as long as to format it."""
    (tmp_path / "spec.yaml").write_text(description(size), encoding="utf-8")
    api = read(tmp_path / "spec.yaml", "spec.yaml").api
    files = render(api, ROOT / "templates", package="many", source="spec.yaml")
    many = {name for name in files if re.fullmatch(r"many/(api/\w+_[0-9]+|models|models/_\w+[a-z0-9])\.py", name)}
    assert len(many) == len(api.tags) + (len(api.homes) if api.is_split else 1)
    for name in many:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[name], encoding="utf-8")
    result = ruff._run(tmp_path, tuple(option for option in ruff._CHECK if option != "--fix"))
    assert (result.returncode, result.stdout.strip()) == (0, "All checks passed!")


@pytest.mark.parametrize(
    ("added", "column", "reason"),
    [
        ("import sys\n\n\ndef f() -> None:\n    unknown()\n", 5, "Undefined name `unknown`"),
        ("dfe f() -> None: ...\n", 5, "Simple statements must be separated by newlines or semicolons"),
    ],
)
def test_a_wrong_behaviour_is_told_where_it_stands(checkout: Checkout, added: str, column: int, reason: str) -> None:
    """Not at the template that it replaces, and not where it stands once ruff has taken an import away."""
    file = checkout.spec.with_name("behaviour.py")
    text = f"{file.read_text(encoding='utf-8')}\n{added}"
    file.write_text(text, encoding="utf-8")
    said = f"spec/behaviour.py:{text.count(chr(10))}:{column}: error[template]: this is wrong: {reason}\n"
    assert refused(checkout).startswith(said)


def test_a_run_in_the_same_process_formats_what_has_changed(
    checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tree is that of a run that remembers none, after a changed file as after one that is added and gone again."""
    formatted: list[set[str]] = []
    original = ruff._tidied

    def spy(files: Mapping[str, str], sources: Any) -> dict[str, bytes]:
        formatted.append({name for name in files if not name.endswith("__init__.py")})
        return original(files, sources)

    monkeypatch.setattr(ruff, "_tidied", spy)
    monkeypatch.setattr(ruff, "_LAST", {})
    other = checkout.templates / "other.py.jinja"
    page = checkout.templates / "README.md.jinja"
    for change in (
        lambda: None,
        lambda: page.write_text(page.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8"),
        lambda: other.write_text("import os,sys\nprint(sys . path)\n", encoding="utf-8"),
        other.unlink,
    ):
        change()
        checkout.generate()
        alone = Checkout.copy(tmp_path / f"alone-{len(formatted)}", source=checkout.root)
        with monkeypatch.context() as patch:
            patch.setattr(ruff, "_tidied", original)
            patch.setattr(ruff, "_LAST", {})
            alone.generate()
        assert contents(checkout.output) == contents(alone.output)
    assert formatted[1] == {"README.md"}
    assert all("README.md" in files and len(files) > 20 for files in formatted[2:])


@pytest.mark.parametrize("name", ["__model__.py.jinja", "__operation__/list.md", "a/__Tag__.txt"])
def test_a_placeholder_that_there_is_not_is_an_error(checkout: Checkout, name: str) -> None:
    """With those that there are; Python's own names are none."""
    (checkout.templates / "__main__.py").write_text("", encoding="utf-8")
    checkout.generate()
    path = checkout.templates / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x", encoding="utf-8")
    result = checkout.run()
    assert result.returncode == 2
    assert result.stderr.startswith(f"templates/{name}: error[template]: __")
    assert "stands for nothing; a path may have __package__, __tag__, __home__\n" in result.stderr
