"""Files of contacts: CSV of any encoding in, CSV, PDF and XLSX out, through the workspace and over plain contacts."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import omnicontact as oc

FILE = "Nombre;Celular;Etiquetas\nJosé Ñandú;099 123 4567;vip\nEva;12;\n"


def workspace() -> oc.Workspace:
    return oc.Workspace("America/Guayaquil", country="EC", now="2026-07-01T12:00:00Z")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    ws = workspace()
    done = ws.import_file(FILE.replace(";", delimiter).encode(encoding))
    assert [(row.row, row.line, row.outcome) for row in done] == [(1, 2, "created"), (2, 3, "failed")]
    assert (done.rows[1].code, done.rows[1].path) == ("invalid_phone", "line[3].phones[0]")
    assert done.stopped is None and done.counts["rows"] == 2
    jose = ws.contact(done.rows[0].contact) if done.rows[0].contact else None
    assert jose is not None and (jose.name, jose.tags) == ("José Ñandú", ["vip"])


def test_a_rehearsal_changes_nothing(tmp_path: Path) -> None:
    ws = workspace()
    path = tmp_path / "clientes.csv"
    path.write_text(FILE, encoding="utf-8")
    before = ws.snapshot()
    rehearsed = ws.import_file(path, dry_run=True)
    assert ws.snapshot() == before
    done = ws.import_file(path)
    assert rehearsed.counts == done.counts
    contact = next(iter(ws.contacts()))
    assert contact.origin["name"] == "clientes.csv"
    with path.open("rb") as file:
        assert ws.import_file(file).counts["unchanged"] == 1


def test_columns_are_corrected() -> None:
    file = b"Cliente,Talla\nAna,38\n"
    assert [column["by"] for column in oc.contact_columns(file)] == ["unknown", "unknown"]
    with pytest.raises(oc.InvalidDataError) as caught:
        workspace().import_file(file)
    assert (caught.value.code, caught.value.path) == ("unknown_column", "column[0]")
    ws = workspace()
    options: dict[str, Any] = {"mapping": {"Cliente": "name", "Talla": "custom.size"}, "custom_fields": {"size": "number"}}
    assert ws.import_file(file, **options).counts["created"] == 1
    assert next(iter(ws.contacts())).custom == {"size": 38.0}
    assert ws.import_file(file, mode="update", match_by=["phone"], **options).rows[0].reason == "not_found"


def test_the_quota_admits_rows_in_order() -> None:
    ws = workspace()
    ws.set_limit(1)
    done = ws.import_file(b"name\nAna\nEva\n")
    assert [row.outcome for row in done] == ["created", "refused"]
    assert done.rows[1].refusal is not None and done.rows[1].refusal.code == "quota_exceeded"


def test_progress_is_in_bytes() -> None:
    file = ("name\n" + "Ana\n" * 5000).encode()
    heard: list[tuple[int, int]] = []
    workspace().import_file(file, match_by=[], mode="create", progress=lambda done, total: heard.append((done, total)))
    assert heard and all(total == len(file) for _, total in heard)

    def fails(done: int, total: int) -> None:
        raise ZeroDivisionError

    ws = workspace()
    with pytest.raises(ZeroDivisionError) as raised:
        ws.import_file(file, match_by=[], mode="create", progress=fails)
    assert 0 < len(ws) < 5000
    done: oc.ContactImport = getattr(raised.value, "answer")  # noqa: B009
    assert [row.contact for row in done] == [contact.id for contact in ws]
    assert done.stopped is not None and done.stopped["code"] == "cancelled"
    assert sum("added" in event["change"] for event in ws.events()) == len(ws), "the events say what stays"
    done = workspace().import_file(file, match_by=[], mode="create", progress=lambda *_: False)
    assert done.stopped is not None and done.counts["created"] == len(done.rows) == 1024


def test_xlsx_opens(tmp_path: Path) -> None:
    ws = workspace()
    ws.add_contact("=1+1", tags=["vip"], custom={"size": 38.5})
    ws.add_contact("José 東京 🎉")
    path = tmp_path / "contacts.xlsx"
    data = ws.export_file(path, columns=["tags", "custom.size", "blocked", "created_at"], locale="es")
    assert path.read_bytes() == data
    sheet: Any = openpyxl.load_workbook(io.BytesIO(data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:4] == ["Nombre", "Etiquetas", "size", "Bloqueado"]
    assert [row[0] for row in rows[1:]] == ["=1+1", "José 東京 🎉"]
    assert rows[1][1:4] == ["vip", 38.5, False] and rows[2][1:3] == [None, None]
    cell = sheet.cell(2, 1)
    assert cell.data_type in ("s", "inlineStr"), "a text, not a formula"
    assert sheet.cell(1, 1).font.bold and sheet.freeze_panes == "A2"


def test_pdf_needs_a_font(tmp_path: Path) -> None:
    ws = workspace()
    ws.add_contact("Ana")
    with pytest.raises(oc.InvalidArgumentError) as caught:
        ws.export_file(format="pdf", fonts=[])
    assert (caught.value.code, caught.value.path) == ("missing_option", "fonts")
    with pytest.raises(oc.InvalidDataError) as wrong:
        ws.export_file(format="pdf", fonts=[b"no font"])
    assert (wrong.value.code, wrong.value.path) == ("invalid_value", "fonts[0]")
    fonts = oc.find_fonts()
    if fonts:
        data = ws.export_file(tmp_path / "contacts.pdf", title="Contactos", fonts=fonts[:1])
        assert data.startswith(b"%PDF-") and (tmp_path / "contacts.pdf").read_bytes() == data


def test_contacts_from_anywhere() -> None:
    contacts = [oc.new_contact("Ana", tags=["vip"]), oc.new_contact("Eva")]
    segment = {"field": "tags", "operator": "exists"}
    assert oc.contact_file(contacts, format="csv", zone="UTC", columns=["tags"], segment=segment) == b"shown_name,tags\r\nAna,vip\r\n"
    assert oc.contact_file(contacts, format="xlsx", zone="UTC")[:2] == b"PK"
    with pytest.raises(oc.InvalidArgumentError) as caught:
        oc.contact_file(contacts, format="doc", zone="UTC")
    assert caught.value.path == "format"


def test_what_is_no_file() -> None:
    with pytest.raises(FileNotFoundError):
        workspace().import_file("no such file.csv")
    with pytest.raises(TypeError):
        workspace().import_file(io.StringIO("name\n"))  # type: ignore[arg-type]
