"""What is read and written is the value that was meant: every digit, the moment, and which parent it is."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from acme_org import Account, Case, Contact, Installation__c, Opportunity, Site__c, User
from sfgen_runtime.http import Response
from sfgen_runtime.model import InvalidRecord
from sfgen_runtime.model.bulk_checks import sure_records
from sfgen_runtime.model.dependencies import check_dependencies
from sfgen_runtime.model.picklists import picklist_of
from sfgen_runtime.model.reading import Selection, page_validator, validate_json

if TYPE_CHECKING:
    from acme_org import Salesforce
    from sfgen_local_org.server import LocalOrg


def test_amounts_keep_every_digit(sf: Salesforce) -> None:
    # More than a double holds.
    amount = Decimal("1234567890123456.78")

    def answer(records: str) -> Response:
        body = f'{{"totalSize": 1, "done": true, "records": [{records}]}}'
        return Response(200, {}, body.encode(), "https://acme.my.salesforce.com")

    first, results = sf.Opportunity.select(Opportunity.Amount).paged()
    assert results(first.parse(answer(f'{{"Amount": {amount}}}')))[0].Amount == amount
    grouped, sums = sf.Opportunity.values(Opportunity.Amount.sum()).paged()
    assert sums(grouped.parse(answer(f'{{"expr0": {amount}}}'))) == [(amount,)]
    behind_parent, accounts = sf.Contact.values(Contact.Account.AnnualRevenue).paged()
    assert accounts(behind_parent.parse(answer(f'{{"Account": {{"AnnualRevenue": {amount}}}}}'))) == [(amount,)]
    whole = sf.Opportunity.getting("006000000000001AAA")
    assert whole.parse(Response(200, {}, f'{{"Amount": {amount}}}'.encode(), "")).Amount == amount


def test_moments_of_other_zones_are_compared_as_the_moments_they_are() -> None:
    berlin = dt.datetime(2026, 1, 31, 0, 30, 15, 250_000, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert (Contact.CreatedDate > berlin).soql() == "CreatedDate > 2026-01-30T23:30:15.250Z"


def test_counting_leaves_out_what_only_records_have(sf: Salesforce, server: LocalOrg) -> None:
    query = sf.Contact.select(Contact.Id).where(Contact.LastName != "x").order_by(Contact.LastName).for_view()
    server.requests.clear()
    assert query.count() == len(query.all())
    assert query.soql.endswith("ORDER BY LastName FOR VIEW")
    asked = server.requests[0].query
    assert "COUNT" in str(asked)
    assert "ORDER" not in str(asked)
    assert "VIEW" not in str(asked)


def test_a_parent_that_was_not_generated_is_read_as_it_is() -> None:
    owner = Selection(User, ("Name",))
    answer = {
        "totalSize": 2,
        "records": [
            {"Owner": {"attributes": {"type": "User"}, "Name": "Jo"}},
            {"Owner": {"attributes": {"type": "Group"}, "Name": "Support", "DoesSendEmailToMembers": True}},
        ],
    }
    validator = page_validator(Selection(Case, (), (("Owner", (("User", owner),)),)))
    read = validate_json(validator, json.dumps(answer).encode(), exact=False)
    user, group = (record.Owner for record in read["records"])
    assert (type(user), user.Name) == (User, "Jo")
    assert (group.__sobject__, group.Name, group.DoesSendEmailToMembers) == ("", "Support", True)


def test_a_checkbox_controls_a_picklist(sf: Salesforce) -> None:
    kinds = picklist_of(Installation__c, "Contract_Type__c")
    assert kinds.controller == "Under_Contract__c"
    assert kinds.allowed(True) != kinds.allowed(False)
    allowed = kinds.allowed(True)[0]
    assert not list(check_dependencies(Installation__c, {"Contract_Type__c": allowed}, {"Under_Contract__c": True}))
    refused = next(value for value in kinds if value not in kinds.allowed(False))
    with pytest.raises(InvalidRecord, match="is not allowed where Under_Contract__c is False"):
        sf.Installation__c.update("a0I000000000001AAA", {"Contract_Type__c": refused, "Under_Contract__c": False})


def test_where_the_controlling_value_is_not_known_only_the_org_can_tell() -> None:
    assert not list(check_dependencies(Site__c, {"Region__c": "Bavaria"}, {"Region__c": "Bavaria"}))
    assert list(check_dependencies(Site__c, {"Region__c": "Bavaria"}, {"Country__c": None}))


def test_dependent_values_of_a_load_are_never_sure() -> None:
    sure = sure_records(Site__c, lambda row: row.createable, whole=False)
    assert sure({"Name": "Roof"})
    assert not sure({"Region__c": "Bavaria"})
    assert not sure({"Country__c": "Germany"})
    assert sure_records(Account, lambda row: row.createable, whole=True)({"Name": "Acme"})
