"""Every docstring, README block and notebook runs."""

from __future__ import annotations

import doctest
import importlib
import os
import pkgutil
import re
from pathlib import Path

import pytest

import omnicontact as oc

ROOT = Path(__file__).parent.parent.parent
MODULES = ["omnicontact", *(f"omnicontact.{found.name}" for found in pkgutil.iter_modules(oc.__path__) if found.name != "_native")]


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name))
    assert found.failed == 0


def test_every_public_thing_is_explained() -> None:
    for name in oc.__all__:
        thing = getattr(oc, name)
        if callable(thing):
            assert thing.__doc__, name
    examples = doctest.DocTestFinder().find(oc, globs={})
    assert sum(len(found.examples) for found in examples) > 0


def test_readme_of_the_project() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})


def test_the_table_of_bindings_is_whole() -> None:
    text = (ROOT / "docs" / "BINDINGS.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(\w+)`", text))
    words = oc.vocabulary()
    for name in words["operations"] + words["workspace_reads"] + words["workspace_changes"]:
        assert name in told, name
    for name in oc.__all__:
        if callable(getattr(oc, name)) and name.islower():
            assert name in told | {"call", "sample_end", "messages_partial", "contacts_partial"}, name
    methods = [name for name in dir(oc.Workspace) if not name.startswith("_")]
    elsewhere = {"acting", "copy", "contacts_report", "messages_report", "snapshot", "call", "restore", "replay"}
    for name in methods:
        assert name in told | elsewhere, name


def test_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "bindings-python" / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) >= 6
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)
    assert (tmp_path / "report.html").stat().st_size > 10_000


NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("text/html" in output.get("data", {}) for output in shown)
    assert any(
        mime.startswith("application/vnd.vegalite") or mime == "text/html" for output in shown for mime in output.get("data", {})
    )
    if target := os.environ.get("EXECUTED_NOTEBOOKS"):
        nbformat.write(notebook, Path(target) / path.name)


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS
