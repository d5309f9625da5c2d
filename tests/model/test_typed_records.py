"""Records: three states that survive whatever Python does with a record, and checks before a call is spent."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
from decimal import Decimal
from typing import Any

import pytest
from acme_org import Salesforce
from acme_org.account import Account
from acme_org.contact import Contact
from acme_org.installation__c import Installation__c
from acme_org.opportunity_line_item import OpportunityLineItem
from acme_org.site__c import Site__c
from acme_org.task import Task
from pydantic import TypeAdapter
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import SalesforceMalformedRequest
from sfgen_runtime.model import ByKey, FieldNotSelected, InvalidRecord, MultiPicklist, SObject
from sfgen_runtime.model.writing import changes, to_wire


def read() -> Contact:
    """Return a record as a query reads it: one field with a value, one null, the others not selected."""
    return Contact.model_validate({"Id": "003000000000001AAA", "LastName": "Smith", "Email": None})


COPIES = {
    "itself": lambda record: record,
    "copied": copy.copy,
    "deep-copied": copy.deepcopy,
    "pickled": lambda record: pickle.loads(pickle.dumps(record)),
    "model_copy": lambda record: record.model_copy(),
    "deep model_copy": lambda record: record.model_copy(deep=True),
    "dumped and validated": lambda record: Contact.model_validate(record.model_dump()),
    "through JSON": lambda record: Contact.model_validate_json(record.model_dump_json()),
    "through a TypeAdapter": lambda record: TypeAdapter(Contact).validate_json(TypeAdapter(Contact).dump_json(record)),
}


@pytest.mark.parametrize("how", COPIES)
def test_three_states_survive(how: str) -> None:
    record = COPIES[how](read())
    assert record == read()
    assert record.LastName == "Smith"
    assert record.Email is None
    with pytest.raises(FieldNotSelected, match="add `Contact.Phone` to the query's select"):
        record.Phone
    assert not hasattr(record, "Phone")
    assert record.model_fields_set == set()
    record.LastName = "Jones"
    assert changes(record) == {"LastName": "Jones"}


def test_records_are_equal_by_their_content() -> None:
    assert Contact(LastName="a") == Contact(LastName="a")
    assert Contact(LastName="a") != Contact(LastName="b")
    assert Contact(LastName="a") != Contact(LastName="a", FirstName=None)
    assert read() != read().model_copy(update={"LastName": "Jones"})
    assert Contact(LastName="a") != Account(Name="a")
    assert [Contact(LastName="a"), Contact(LastName="b")].index(Contact(LastName="b")) == 1
    with pytest.raises(TypeError, match="unhashable"):
        hash(read())


def test_parents_and_children_come_through_json(sf: Salesforce) -> None:
    account = sf.Account.create(Account(Name="Family")).id
    for number in range(3):
        sf.Contact.create(Contact(LastName=f"Child {number}", AccountId=account))
    found = (
        sf.Account.select(Account.Name, Account.Owner.Name)
        .where(Account.Id == account)
        .include(Account.Contacts.select(Contact.LastName, Contact.Account.Name))
        .one()
    )
    for again in (
        Account.model_validate_json(found.model_dump_json()),
        Account.model_validate(found.model_dump()),
        TypeAdapter(list[Account]).validate_json(TypeAdapter(list[Account]).dump_json([found]))[0],
    ):
        assert again == found
        assert [child.LastName for child in again.Contacts] == [child.LastName for child in found.Contacts]
        assert again.Owner.Name == found.Owner.Name
        with pytest.raises(FieldNotSelected):
            again.Contacts[0].Email


def test_a_polymorphic_parent_comes_through_json_as_what_it_is(sf: Salesforce) -> None:
    account = sf.Account.create(Account(Name="What")).id
    task = sf.Task.create(Task(Subject="Call", WhatId=account)).id
    found = sf.Task.select(Task.Subject, Task.What.Name).where(Task.Id == task).one()
    again = Task.model_validate_json(found.model_dump_json())
    assert isinstance(again.What, Account)
    assert again == found


def test_parents_are_not_set_but_their_lookups() -> None:
    contact = read()
    with pytest.raises(AttributeError, match="set AccountId to the parent's id"):
        contact.Account = Account(Name="x")  # type: ignore[assignment]
    with pytest.raises(AttributeError, match="set the lookup of each child"):
        contact.Cases = []  # type: ignore[assignment]
    with pytest.raises(InvalidRecord, match="give the parent's key"):
        Contact(LastName="x", Account=5)  # type: ignore[arg-type]
    with pytest.raises(InvalidRecord, match="Nope doesn't identify a Account"):
        Contact(LastName="x", Account={"Nope": 1})  # type: ignore[arg-type]
    with pytest.raises(InvalidRecord, match="AccountId is given too, and the org takes one of the two"):
        Contact(LastName="x", AccountId="001000000000001AAA", Account={"ERP_Id__c": "C-1"})
    with pytest.raises(InvalidRecord, match="no such field"):
        to_wire(Contact, changes(contact.model_copy(update={"Nope": 1})))


def test_an_update_takes_no_field_that_only_a_create_sets(sf: Salesforce, server: LocalOrg) -> None:
    server.requests.clear()
    item = OpportunityLineItem(OpportunityId="006000000000001AAA", PricebookEntryId="01u000000000001AAA", Quantity=1)
    with pytest.raises(InvalidRecord, match="not updateable"):
        sf.OpportunityLineItem.update("00k000000000001AAA", item)
    with pytest.raises(InvalidRecord, match="ContactId, which it stands for, is not updateable"):
        sf.CampaignMember.update("00v000000000001AAA", {"Contact": {"Email": "x"}})  # type: ignore[typeddict-unknown-key]
    with pytest.raises(TypeError, match="found by its id"):
        sf.Contact.get(read())  # type: ignore[arg-type]
    with pytest.raises(InvalidRecord, match="no external id"):
        sf.Contact.get_by_custom_id("LastName", "x")  # type: ignore[arg-type]
    assert not server.requests


def test_dumps_hold_what_was_selected_and_nothing_else() -> None:
    assert read().model_dump() == {"Id": "003000000000001AAA", "LastName": "Smith", "Email": None}
    assert json.loads(read().model_dump_json(exclude_none=True)) == {"Id": "003000000000001AAA", "LastName": "Smith"}
    assert repr(read()) == "Contact(Id='003000000000001AAA', Email=None, LastName='Smith')"


def test_a_changed_copy_leaves_the_record_alone() -> None:
    record = read()
    changed = record.model_copy(update={"LastName": "Jones"})
    assert (record.LastName, changed.LastName) == ("Smith", "Jones")
    assert changes(record) == {}
    assert changes(changed) == {"LastName": "Jones"}


def test_a_new_record_sends_what_was_set() -> None:
    contact = Contact(LastName="Smith", Email=None)
    contact.FirstName = "Jo"
    assert changes(contact) == {"LastName": "Smith", "Email": None, "FirstName": "Jo"}
    with pytest.raises(FieldNotSelected, match="not set on this new record"):
        contact.Phone


def test_an_unknown_attribute_is_no_field() -> None:
    with pytest.raises(AttributeError, match="did you mean 'LastName'"):
        read().LstName  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="did you mean 'LastName'"):
        Contact.LstName  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="did you mean 'Account'"):
        Contact.Acount.Name  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="path Account of Contact> has no field 'Nme': .*; did you mean 'Name'"):
        Contact.Account.Nme  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="did you mean 'Parent'"):
        Contact.Account.Parant.Name  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="read-only"):
        read().CreatedDate = dt.datetime.now(dt.UTC)  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("fields", "code", "where"),
    [
        ({}, "REQUIRED_FIELD_MISSING", "Contact.LastName"),
        ({"LastName": None}, "REQUIRED_FIELD_MISSING", "Contact.LastName"),
        ({"LastName": "x", "LstName": "y"}, "INVALID_FIELD", "Contact.LstName"),
        ({"LastName": "x", "CreatedById": "005000000000001"}, "INVALID_FIELD_FOR_INSERT_UPDATE", "Contact.CreatedById"),
        ({"LastName": "x" * 81}, "STRING_TOO_LONG", "Contact.LastName"),
        ({"LastName": "half \ud83d a pair"}, "INVALID_TYPE_ON_FIELD_IN_RECORD", "Contact.LastName"),
        ({"LastName": "x", "LeadSource": "\ud800"}, "INVALID_TYPE_ON_FIELD_IN_RECORD", "Contact.LeadSource"),
        ({"LastName": " "}, "REQUIRED_FIELD_MISSING", "Contact.LastName"),
        ({"LastName": "x", "DoNotCall": None}, "REQUIRED_FIELD_MISSING", "Contact.DoNotCall"),
        ({"LastName": 1}, "INVALID_TYPE_ON_FIELD_IN_RECORD", "Contact.LastName"),
        ({"LastName": "x", "DoNotCall": "yes"}, "INVALID_TYPE_ON_FIELD_IN_RECORD", "Contact.DoNotCall"),
        ({"LastName": "x", "AccountId": "001"}, "MALFORMED_ID", "Contact.AccountId"),
        ({"LastName": "x", "AccountId": "003000000000001AAA"}, "FIELD_INTEGRITY_EXCEPTION", "Contact.AccountId"),
        ({"LastName": "x", "AccountId": "001000000000001AAB"}, "MALFORMED_ID", "Contact.AccountId"),
        ({"LastName": "x", "Birthdate": "31.1.1990"}, "INVALID_TYPE_ON_FIELD_IN_RECORD", "Contact.Birthdate"),
        (
            {"LastName": "x", "Birthdate": dt.datetime(1990, 1, 31, tzinfo=dt.UTC)},
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            "Contact.Birthdate",
        ),
        (
            {"LastName": "x", "EmailBouncedDate": dt.datetime(1990, 1, 31)},
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            "Contact.EmailBouncedDate",
        ),
    ],
)
def test_what_the_org_would_refuse_is_refused_before(fields: dict[str, Any], code: str, where: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        Contact(**fields)
    assert (caught.value.error_code, caught.value.where) == (code, where)


def test_an_id_of_what_is_no_target_is_refused_though_not_all_targets_are_known() -> None:
    with pytest.raises(InvalidRecord, match="it takes a Account or .* is the id of a Contact") as caught:
        Task(WhatId="003000000000001AAA")
    assert caught.value.error_code == "FIELD_INTEGRITY_EXCEPTION"
    with pytest.raises(InvalidRecord, match="it takes a Individual, and '001000000000001AAA' is the id of a Account"):
        Contact(LastName="x", IndividualId="001000000000001AAA")
    assert Task(WhatId="02i000000000001AAA").WhatId == "02i000000000001AAA"
    assert Task(OwnerId="00G000000000001EAA").OwnerId == "00G000000000001EAA"


SITE = {"Account__c": "001000000000001AAA", "Site_Code__c": "A1"}


@pytest.mark.parametrize(
    ("model", "fields", "code"),
    [
        (Account, {"Name": "x", "Service_Level__c": "Bronze"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        (Account, {"Name": "x", "Credit_Limit__c": Decimal("1.234")}, "NUMBER_OUTSIDE_VALID_RANGE"),
        (Account, {"Name": "x", "Credit_Limit__c": 10**16}, "NUMBER_OUTSIDE_VALID_RANGE"),
        (Account, {"Name": "x", "Credit_Limit__c": 1.234}, "NUMBER_OUTSIDE_VALID_RANGE"),
        (Account, {"Name": "x", "Credit_Limit__c": float("nan")}, "NUMBER_OUTSIDE_VALID_RANGE"),
        (Account, {"Name": "x", "NumberOfEmployees": 2**31}, "NUMBER_OUTSIDE_VALID_RANGE"),
        (Account, {"Name": "x", "NumberOfEmployees": True}, "INVALID_TYPE_ON_FIELD_IN_RECORD"),
        (Site__c, SITE | {"Services__c": ["Painting"]}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        (Account, {"Name": "x", "Service_Level__c": ["Gold"]}, "INVALID_TYPE_ON_FIELD_IN_RECORD"),
        (Site__c, SITE | {"Services__c": "Cleaning;Painting"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        (
            Site__c,
            SITE | {"Country__c": "Germany", "Region__c": "Wales"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        ),
    ],
)
def test_numbers_and_picklists_are_checked(model: type[SObject], fields: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        model(**fields)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_dependent_value_is_checked_when_it_is_saved_with_its_controller() -> None:
    site = Site__c.model_validate({"Id": "a00000000000001", "Country__c": "Germany", "Region__c": "Saxony"})
    site.Country__c = "Netherlands"
    site.Region__c = "Wales"
    with pytest.raises(InvalidRecord, match="'Wales' is not allowed where Country__c is 'Netherlands'"):
        changes(site)
    site.Region__c = "Randstad"
    assert changes(site) == {"Country__c": "Netherlands", "Region__c": "Randstad"}


def test_values_are_kept_in_the_fields_own_type() -> None:
    account = Account(Name="x", AnnualRevenue=10, Contract_End__c=dt.date(2026, 1, 31))
    assert account.AnnualRevenue == Decimal(10)
    site = Site__c(**SITE, Services__c="Cleaning;Monitoring", Power_Price__c=0.1)
    assert site.Services__c == MultiPicklist(["Cleaning", "Monitoring"])
    assert site.Power_Price__c == Decimal("0.1")
    assert Contact(LastName="x", MailingLatitude=0.1 + 0.2).MailingLatitude == 0.1 + 0.2
    assert Account(Name="x", Credit_Limit__c=0.1 + 0.2).Credit_Limit__c == Decimal(repr(0.1 + 0.2))
    assert to_wire(Site__c, {"Services__c": site.Services__c}) == {"Services__c": "Cleaning;Monitoring"}


def test_checks_can_be_left_out() -> None:
    assert Contact.model_construct(LastName="x" * 100).LastName == "x" * 100


def test_checks_are_switched_off_for_one_call(sf: Salesforce) -> None:
    with pytest.raises(InvalidRecord):
        sf.Contact.create({"LastName": "x" * 81})
    with pytest.raises(SalesforceMalformedRequest, match="STRING_TOO_LONG"):
        sf.Contact.create({"LastName": "x" * 81}, checks=False)
    created = sf.Contact.create({"LastName": "x"}).id
    with pytest.raises(SalesforceMalformedRequest, match="STRING_TOO_LONG"):
        sf.Contact.update(created, {"LastName": "x" * 81}, checks=False)
    with pytest.raises(SalesforceMalformedRequest, match="STRING_TOO_LONG"):
        sf.Contact.upsert("Email", "a@b.example", {"LastName": "x" * 81}, checks=False)


def test_the_wrong_record_id_or_key_costs_no_call(sf: Salesforce, server: LocalOrg) -> None:
    server.requests.clear()
    with pytest.raises(InvalidRecord, match="id of another object"):
        sf.Contact.get("001000000000001AAA")
    with pytest.raises(InvalidRecord, match="id of another object"):
        sf.Contact.update("001000000000001AAA", {"FirstName": "x"})
    with pytest.raises(InvalidRecord, match="id of another object"):
        sf.Contact.delete("001000000000001AAA")
    with pytest.raises(InvalidRecord, match="no external id or idLookup field; such are: .*Email"):
        sf.Contact.upsert("LastName/x", {"FirstName": "x"})
    with pytest.raises(InvalidRecord, match="no external id or idLookup field"):
        sf.Contact.upsert("LastName", "x", {"FirstName": "x"})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="which of the two"):
        sf.Account.upsert("ERP_Id__c", "C-1", {"Name": "x", "ERP_Id__c": "C-2"})
    with pytest.raises(TypeError, match="a Contact is made of a Contact or a dict"):
        sf.Contact.create(Account(Name="x"))  # type: ignore[arg-type]
    with pytest.raises(InvalidRecord, match="Id: it is not createable"):
        sf.Contact.create(read())
    assert not server.requests


def test_a_lookup_may_name_a_record_by_key() -> None:
    key = Account.by_key(ERP_Id__c="C-1")
    assert key == ByKey(Account, "ERP_Id__c", "C-1")
    assert to_wire(Contact, Contact(LastName="x", AccountId=key).__dict__) == {
        "LastName": "x",
        "Account": {"ERP_Id__c": "C-1"},
    }
    assert to_wire(Task, Task(WhatId=key).__dict__) == {"What": {"ERP_Id__c": "C-1", "attributes": {"type": "Account"}}}
    with pytest.raises(InvalidRecord, match="the key is of a Contact"):
        Contact(LastName="x", AccountId=Contact.by_key(Email="a@b.example"))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="no external id or idLookup field"):
        Account.by_key(Name="x")  # type: ignore[call-arg]


def test_a_key_finds_the_record_when_it_is_saved(sf: Salesforce, server: LocalOrg) -> None:
    account = sf.Account.select(Account.Id, Account.ERP_Id__c).where(Account.ERP_Id__c.is_not_null()).limit(1).one()
    created = sf.Contact.create(Contact(LastName="Keyed", AccountId=Account.by_key(ERP_Id__c=account.ERP_Id__c or "")))
    assert sf.Contact.get(created.id).AccountId == account.Id
    created = sf.Contact.create({"LastName": "Keyed", "Account": {"ERP_Id__c": account.ERP_Id__c or ""}})
    assert sf.Contact.get(created.id).AccountId == account.Id
    task = sf.Task.create({"Subject": "Call", "WhatId": Account.by_key(ERP_Id__c=account.ERP_Id__c or "")})
    assert sf.Task.get(task.id).WhatId == account.Id


def test_a_record_read_changed_and_saved_sends_only_its_changes(sf: Salesforce, server: LocalOrg) -> None:
    created = sf.Contact.create(Contact(LastName="Smith", Email="smith@example.com"))
    contact = (
        sf.Contact.select(Contact.Id, Contact.LastName, Contact.Account.Name).where(Contact.Id == created.id).one()
    )
    sf.Contact.update(created.id, {"Email": None, "Title": "CEO"})
    contact.LastName = "Jones"
    assert changes(contact) == {"LastName": "Jones"}
    sf.Contact.update(contact.Id, contact)
    after = sf.Contact.get(created.id)
    assert (after.LastName, after.Title, after.Email) == ("Jones", "CEO", None)


def test_every_field_type_of_the_demo_org_reads_back(sf: Salesforce) -> None:
    for model, kind in ((Installation__c, sf.Installation__c), (Site__c, sf.Site__c), (Account, sf.Account)):
        some = kind.select(model.Id).limit(1).one()  # type: ignore[attr-defined, arg-type]
        record = kind.get(some.Id)
        again = model.model_validate_json(record.model_dump_json())
        assert again.model_dump() == record.model_dump()
        assert pickle.loads(pickle.dumps(record)) == record


def test_large_decimals_keep_their_digits() -> None:
    opportunity = Account.model_validate({"AnnualRevenue": Decimal("12345678901234567.89")})
    assert opportunity.AnnualRevenue == Decimal("12345678901234567.89")


def test_a_client_of_ones_own_keeps_the_objects(server: LocalOrg) -> None:
    class Nightly(Salesforce):
        """A program's own client."""

    sf = Nightly(instance_url=server.url, session_id=server.session_id)
    assert sf.Contact.select(Contact.Id).first() is not None
    assert sf.Contact is sf.Contact
    with pytest.raises(AttributeError, match=r"no attribute 'Contct'"):
        sf.Contct  # type: ignore[attr-defined]
    assert not hasattr(sf, "_nothing")
