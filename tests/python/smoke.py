"""What must work with nothing installed but the wheel: all vectors as plain data, rows, files, parts, pages, charts."""

from __future__ import annotations

import pickle
import sys
import tempfile
from pathlib import Path

from vectors import difference, shown, vectors
from workspaces import run

import omnicontact as oc

done = 0
for vector in vectors("time", "classify", "reports", "wire", "find"):
    call, wrong = vector["call"], None
    try:
        found = oc.call(call["operation"], call["options"], vector.get("given"))
        found = shown(found) if call["operation"].endswith("s_report") else found
        wrong = difference(vector["expect"], found)
    except oc.OmnicontactError as error:
        wrong = difference(vector.get("expect_error"), {"kind": error.kind, "code": error.code, "path": error.path})
    assert wrong is None, f"{vector['name']}: {wrong}"
    done += 1

for vector in vectors("contacts", "workspace"):
    for through_methods in (False, True):
        wrong = None
        try:
            wrong = difference(vector.get("expect"), run(vector, through_methods))
        except oc.OmnicontactError as error:
            wrong = difference(vector.get("expect_error"), {"kind": error.kind, "code": error.code, "path": error.path})
        assert wrong is None, f"{vector['name']}: {wrong}"
    done += 1

tables = oc.sample(contacts=50, messages=500, days=30)
data = oc.Dataset(**tables)
question = {"zone": "America/Guayaquil", "now": oc.sample_end()}
report = oc.messages_report(data, **question, locale="pt")
assert report.outgoing_by_source.total
assert report.to_html().startswith("<!DOCTYPE html>")
assert isinstance(report.delivery.chart(), oc.VegaLite)
assert len(report.incoming_log.all()) == report.incoming_log.total_rows
partial = oc.messages_partial(data, **question)
assert pickle.loads(pickle.dumps(partial)) == partial
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "events.csv"
    path.write_text("kind,at,contact,source\nadded,2026-06-30T12:00:00Z,ana,user\n", encoding="utf-8")
    assert oc.contacts_report(path, **question).overview.to_dict()["outcome"]["rows"][0]["count"] == 1
try:
    report.delivery.to_polars()
except ImportError as error:
    assert "omnicontact[polars]" in str(error)
assert not {"pyarrow", "pandas", "polars", "numpy"} & set(sys.modules)
print(f"{done} vectors on Python {sys.version.split()[0]}")
