"""The package offers what the core has: operations, kinds of errors, parts of reports; types hold."""

from __future__ import annotations

import dataclasses
import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import omnicontact as oc
from omnicontact import _errors

PACKAGE = Path(oc.__file__).parent
ROOT = Path(__file__).parent.parent.parent
CONFIG = str(ROOT / "bindings-python" / "pyproject.toml")
WORDS = oc.vocabulary()

# Operations that Python offers under another name, or as a part of something else.
ELSEWHERE = {
    "show_report": oc.Report.to_html,
    "import_messages": oc.Dataset.__init__,
    "import_events": oc.Dataset.__init__,
    "import_channels": oc.Dataset.__init__,
    "import_named": oc.Dataset.__init__,
}


def test_operations() -> None:
    for operation in WORDS["operations"]:
        assert operation in oc.__all__ or operation in ELSEWHERE, operation


# Operations of a workspace that are a part of something else.
METHODS = {
    "about": "settings",
    "select_contacts": "select",
    "explain_segment": "explain",
    "search_contacts": "search",
    "contacts_page": "page",
    "export_contacts": "export_csv",
    "contact_file": "export_file",
    "import_contact_file": "import_file",
    "try_contact_file": "import_file",
}
# What a command or an edit is called in Python.
COMMANDS = {"tell": "receive"}


def test_operations_of_a_workspace() -> None:
    for operation in WORDS["workspace_reads"] + WORDS["workspace_changes"]:
        assert callable(getattr(oc.Workspace, METHODS.get(operation, operation), None)) or operation in METHODS, operation
    for command in WORDS["labels"]["command_kind"]:
        assert callable(getattr(oc.Workspace, COMMANDS.get(command, command))), command


def test_fields_are_those_of_the_core() -> None:
    from omnicontact import _plain

    assert set(_plain.PROFILE) == set(WORDS["request_fields"]["Profile"])
    shown = {"shown_name", "initials", "last_channel", "data"}
    assert {field.name for field in dataclasses.fields(oc.Contact)} - shown == set(WORDS["request_fields"]["Contact"])
    assert {field.name for field in dataclasses.fields(oc.Actor)} == set(WORDS["request_fields"]["Actor"])
    settings = set(inspect.signature(oc.Workspace).parameters) - {"now", "clock", "random"}
    assert settings == set(WORDS["request_fields"]["SettingsRequest"])


def test_kinds_of_errors() -> None:
    assert set(_errors.CLASSES) == set(WORDS["kinds"])
    for error in _errors.CLASSES.values():
        assert error.__name__ in oc.__all__
        assert any(base.__module__ == "builtins" and base is not Exception for base in error.__mro__[1:-2])


def test_parts_of_reports() -> None:
    for kind, report in (("messages", oc.messages_report), ("contacts", oc.contacts_report)):
        parts = [part["component"] for part in WORDS["components"] if part["report"] == kind]
        found = report([], zone="UTC", now="2026-07-01T00:00:00Z")
        assert list(found.components) == parts
        assert {name for name in dir(found) if name in parts} == set(parts)
        logs = {part["component"] for part in WORDS["components"] if part["columns"]}
        assert {part.name for part in found if isinstance(part, oc.Log)} == logs & set(parts)


def test_filters_are_arguments() -> None:
    for report in (oc.messages_report, oc.contacts_report):
        filters = {name for part in WORDS["components"] if part["report"] == report.__name__.partition("_")[0] for name in part["filters"]}
        assert filters <= set(inspect.signature(report).parameters)


def test_every_argument_has_a_name_and_a_type() -> None:
    """What an editor completes and a type checker checks: no bags of options anywhere."""
    asked = [(name, thing) for name, thing in vars(oc).items() if name in oc.__all__ and callable(thing)]
    for name, thing in list(asked):
        if inspect.isclass(thing) and not issubclass(thing, BaseException):
            members = inspect.getmembers(thing, lambda member: inspect.isfunction(member) or inspect.ismethod(member))
            ours = [(key, member) for key, member in members if member.__module__.startswith("omnicontact")]
            asked += [(f"{name}.{key}", member) for key, member in ours if not key.startswith("_") or key == "__init__"]
    assert len(asked) > 150
    for name, thing in asked:
        if inspect.isclass(thing):
            continue
        for argument in inspect.signature(thing).parameters.values():
            assert argument.kind is not inspect.Parameter.VAR_KEYWORD, name
            assert argument.name in ("self", "cls") or argument.annotation is not inspect.Parameter.empty, f"{name}: {argument.name}"


def test_tables_of_contacts_and_their_files_have_the_options_of_the_core() -> None:
    page, export, read = (WORDS["request_fields"][name] for name in ("ContactsPage", "ExportContacts", "ContactImportOptions"))
    for options, things in (
        (page, (oc.contacts_page, oc.Workspace.page)),
        (export, (oc.export_contacts, oc.contact_file, oc.Workspace.export_csv, oc.Workspace.export_file)),
        (read, (oc.read_contacts, oc.contact_columns, oc.Workspace.import_file)),
        (WORDS["request_fields"]["SampleRequest"], (oc.sample,)),
        (WORDS["request_fields"]["Profile"], (oc.new_contact, oc.Workspace.add_contact)),
    ):
        for thing in things:
            beside = {"zone"} if thing in vars(oc.Workspace).values() or thing.__qualname__.startswith("Questions.") else set()
            assert set(options) - beside <= set(inspect.signature(thing).parameters), thing
    for thing in (oc.Workspace.messages_report, oc.messages_partial):
        assert set(inspect.signature(thing).parameters) - {"self", "data", "messages"} == set(inspect.signature(oc.messages_report).parameters) - {"data"}
    for thing in (oc.Workspace.contacts_report, oc.contacts_partial):
        assert set(inspect.signature(thing).parameters) - {"self", "data", "messages"} == set(inspect.signature(oc.contacts_report).parameters) - {"data"}


def test_versions() -> None:
    assert oc.__version__ == WORDS["version"]
    assert oc.RULES_VERSION == WORDS["rules_version"]


def test_shown_in_notebooks() -> None:
    report = oc.messages_report(oc.Dataset(**oc.sample(contacts=30, messages=200, days=20)), zone="UTC", now=oc.sample_end())
    assert report._repr_html_().startswith("<iframe srcdoc=")
    assert "<script" not in report.to_html()
    assert report.delivery._repr_html_().startswith("<iframe srcdoc=")
    assert "Delivery" in str(report)
    for part in report:
        for kind in part.charts:
            chart: Any = part.chart(kind)
            specification = chart.to_dict() if hasattr(chart, "to_dict") else dict(chart)
            assert specification["data"] or specification["datasets"]
            assert (part.svg(kind) or "").startswith("<svg")
    assert report.incoming_log.chart() is None


def test_without_altair_a_chart_is_a_specification(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    rows = [{"id": 1, "sent_at": 0, "direction": "incoming", "contact": 1}]
    chart = oc.messages_report(rows, zone="UTC", now=1, period="today").incoming_by_channel.chart("pie")
    assert isinstance(chart, oc.VegaLite)
    assert "application/vnd.vegalite.v5+json" in chart._repr_mimebundle_()


@pytest.mark.parametrize("package", ["pandas", "polars", "pyarrow"])
def test_what_is_not_installed_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    part = oc.messages_report([], zone="UTC", now="2026-07-01T00:00:00Z").delivery
    convert = {"pandas": part.to_pandas, "polars": part.to_polars, "pyarrow": part.to_arrow}[package]
    with pytest.raises(ImportError, match=rf"{package}: pip install 'omnicontact\["):
        convert()


def run(*command: str) -> None:
    environment = {**os.environ, "MYPYPATH": str(PACKAGE.parent)} if "site-packages" not in str(PACKAGE) else dict(os.environ)
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr


def test_stubs_are_those_of_the_module() -> None:
    run("mypy.stubtest", "omnicontact", "--mypy-config-file", CONFIG, "--allowlist", str(Path(__file__).parent / "stubtest_allowlist.txt"))


def test_types() -> None:
    run("mypy", "--strict", "--config-file", CONFIG, "-p", "omnicontact")


def test_types_of_whoever_uses_it(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import omnicontact as oc\n"
        "report = oc.messages_report(oc.Dataset([]), zone='UTC', period=('2026-07-01', '2026-07-02'))\n"
        "total: int | None = report.delivery.total\n"
        "names: list[str] = [part.name for part in report]\n"
        "log = report.components['incoming_log']\n"
        "assert isinstance(log, oc.Log)\n"
        "pages: list[oc.Log] = list(log.pages())\n"
        "ws = oc.Workspace('UTC', country='EC')\n"
        "ana = ws.add_contact('Ana', phones=['099 123 4567']).ok().contact\n"
        "assert ana is not None\n"
        "found: oc.Contact | None = ws.contact(ana)\n"
        "used: int = ws.quota().used\n"
        "shown: list[str] = [contact.shown_name for contact in ws]\n"
        "plan: oc.MergePlan = ws.plan_merge(ana, str(ana), choose={'name': 'secondary'})\n"
        "merged = oc.apply_merge(oc.new_contact('Ana'), oc.new_contact('Eva'), 1)\n"
        "if isinstance(merged, oc.AppliedMerge):\n    tags: list[str] = merged.survivor.tags\n"
        "try:\n    pass\nexcept oc.OmnicontactError as error:\n    code: str = error.code\n"
    )
    run("mypy", "--strict", str(program))
