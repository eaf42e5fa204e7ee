"""The vectors of contacts and workspaces: as plain data, and step by step through the methods of `Workspace`."""

from __future__ import annotations

import pytest
from vectors import Vector, difference, names, vectors
from workspaces import WORDS, run

import omnicontact as oc

ALL = list(vectors("contacts", "workspace"))


@pytest.mark.parametrize("through_methods", [False, True], ids=["plain", "methods"])
@pytest.mark.parametrize("vector", ALL, ids=names(ALL))
def test_vector(vector: Vector, through_methods: bool) -> None:
    if "expect_error" in vector:
        with pytest.raises(oc.OmnicontactError) as raised:
            run(vector, through_methods)
        found = {"kind": raised.value.kind, "code": raised.value.code, "path": raised.value.path}
        assert found == vector["expect_error"]
        return
    assert difference(vector["expect"], run(vector, through_methods)) is None


def test_every_operation_has_a_vector() -> None:
    called = {vector["call"]["operation"] for vector in ALL}
    assert set(WORDS["workspace_reads"]) | set(WORDS["workspace_changes"]) <= called
