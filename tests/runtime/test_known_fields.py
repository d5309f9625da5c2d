"""A generated client knows its objects' fields, and says so where the org refuses one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import InvalidField, RestrictedPicklistValue

GENERATED = Path(__file__).resolve().parents[2] / "generated_example"


@pytest.fixture
def server() -> Iterator[LocalOrg]:
    with LocalOrg(demo.describes()) as running:
        yield running


def test_the_nearest_field_and_the_allowed_values(server: LocalOrg, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(GENERATED))
    from acme_org import Salesforce

    sf = Salesforce(session_id=server.session_id, instance_url=server.url)
    with pytest.raises(InvalidField, match=r"Did you mean LastName\?") as caught:
        sf.query("SELECT Id, LastNme FROM Contact")
    assert (caught.value.nearest, caught.value.field, caught.value.position.row) == ("LastName", "LastNme", 1)
    account = sf.sobject("Account").create({"Name": "x"}).id
    site = sf.sobject("Site__c").create({"Account__c": account, "Site_Code__c": "S-1", "Name": "x"}).id
    with pytest.raises(RestrictedPicklistValue) as refused:
        sf.sobject("Installation__c").create(
            {"Site__c": site, "Serial_Number__c": "1", "Power__c": 1, "System__c": "Perpetual motion"}
        )
    assert refused.value.allowed
    assert repr(refused.value.allowed[0]) in str(refused.value)
    with pytest.raises(InvalidField):
        sf.query("SELECT Nothing__c FROM Organization")
