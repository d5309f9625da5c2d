"""The shape of answers: parents, children, polymorphic parents, aggregates, pages."""

from typing import Any

import pytest
from sfgen_local_org.org import Org, OrgError


@pytest.fixture
def family(org: Org) -> dict[str, str]:
    ids = {"top": org.create("Account", {"Name": "Top", "Industry": "Energy", "AnnualRevenue": 0.1})}
    ids["sub"] = org.create("Account", {"Name": "Sub", "ParentId": ids["top"], "AnnualRevenue": 0.2})
    ids["ann"] = org.create("Contact", {"LastName": "Ann", "AccountId": ids["sub"]})
    ids["bob"] = org.create("Contact", {"LastName": "Bob", "AccountId": ids["sub"], "ReportsToId": ids["ann"]})
    ids["call"] = org.create("Task", {"Subject": "Call", "WhatId": ids["top"], "WhoId": ids["ann"]})
    ids["idle"] = org.create("Task", {"Subject": "Idle"})
    return ids


def attributes(kind: str, record_id: str) -> dict[str, str]:
    return {"type": kind, "url": f"/services/data/v62.0/sobjects/{kind}/{record_id}"}


def test_parents_nest(org: Org, family: dict[str, str]) -> None:
    rows = org.query("SELECT account.parent.name, LastName, Account.Name, Account.Parent.Parent.Name FROM Contact")[
        "records"
    ]
    assert rows[0] == {
        "attributes": attributes("Contact", family["ann"]),
        "Account": {
            "attributes": attributes("Account", family["sub"]),
            "Parent": {"attributes": attributes("Account", family["top"]), "Name": "Top", "Parent": None},
            "Name": "Sub",
        },
        "LastName": "Ann",
    }
    assert list(rows[0]) == ["attributes", "Account", "LastName"]


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT Contact.Account.Name FROM Contact WHERE Contact.LastName = 'Bob'",
        "SELECT c.Account.Name FROM Contact c WHERE c.LastName = 'Bob' ORDER BY c.Account.Name",
        "SELECT a.Name FROM Contact c, c.Account a WHERE c.LastName = 'Bob' AND a.Name = 'sub'",
    ],
)
def test_names_may_be_qualified(org: Org, family: dict[str, str], soql: str) -> None:
    (row,) = org.query(soql)["records"]
    assert row["Account"]["Name"] == "Sub"


def test_children_nest(org: Org, family: dict[str, str]) -> None:
    answer = org.query(
        "SELECT Name, (SELECT LastName, ReportsTo.LastName FROM Contacts ORDER BY Name DESC) FROM Account"
    )
    top, sub = answer["records"]
    assert top["Contacts"] is None
    assert {key: sub["Contacts"][key] for key in ("totalSize", "done")} == {"totalSize": 2, "done": True}
    bob, ann = sub["Contacts"]["records"]
    assert bob["ReportsTo"] == {"attributes": attributes("Contact", family["ann"]), "LastName": "Ann"}
    assert ann["ReportsTo"] is None


def test_children_have_their_own_conditions_and_limit(org: Org, family: dict[str, str]) -> None:
    org.create("Contact", {"LastName": "Cay", "AccountId": family["top"]})
    lists = "(SELECT Id FROM Account.Contacts LIMIT 1), (SELECT Id FROM Things__r), (SELECT Name FROM ChildAccounts)"
    answer = org.query(f"SELECT {lists} FROM Account ORDER BY Name DESC")
    assert [row["Contacts"]["totalSize"] for row in answer["records"]] == [1, 1]
    assert [row["ChildAccounts"] and row["ChildAccounts"]["records"][0]["Name"] for row in answer["records"]] == [
        "Sub",
        None,
    ]
    soql = "SELECT Name, (SELECT Id FROM Contacts WHERE LastName = 'cay') FROM Account WHERE Name = 'Top'"
    assert org.query(soql)["records"][0]["Contacts"]["totalSize"] == 1
    nested = "SELECT (SELECT Name, (SELECT LastName FROM Contacts) FROM ChildAccounts) FROM Account WHERE Name = 'Top'"
    (row,) = org.query(nested)["records"]
    assert len(row["ChildAccounts"]["records"][0]["Contacts"]["records"]) == 2


def test_polymorphic_parents_tell_their_type(org: Org, family: dict[str, str]) -> None:
    call, idle = org.query("SELECT What.Name, What.Type, What.Id, Who.LastName, Owner.Username FROM Task")["records"]
    assert call["What"] == {
        "attributes": attributes("Account", family["top"]),
        "Name": "Top",
        "Type": "Account",
        "Id": family["top"],
    }
    assert call["Who"]["attributes"] == attributes("Contact", family["ann"])
    assert call["Owner"]["Username"] == org.user["Username"]
    assert (idle["What"], idle["Who"]) == (None, None)
    assert org.query("SELECT Id FROM Task WHERE What.Type = 'Account' AND What.Name = 'TOP'")["totalSize"] == 1
    assert org.query("SELECT Id FROM Task WHERE What.Type IN ('Thing__c', 'Contract')")["totalSize"] == 0


def test_a_path_may_name_the_type_of_a_polymorphic_parent(org: Org, family: dict[str, str]) -> None:
    call, idle = org.query("SELECT What:Account.Industry, Subject FROM Task")["records"]
    assert call["What"] == {"attributes": attributes("Account", family["top"]), "Industry": "Energy"}
    assert idle["What"] is None


def test_a_typed_path_and_a_plain_one_share_the_parent(org: Org, family: dict[str, str]) -> None:
    thing = org.create("Thing__c", {"Name": "T", "Stage__c": "One"})
    org.create("Task", {"Subject": "Other", "WhatId": thing})
    fields = "What:Account.Industry, What.Name, What:Thing__c.Stage__c"
    call, idle, other = (row["What"] for row in org.query(f"SELECT {fields} FROM Task")["records"])
    assert call == {
        "attributes": attributes("Account", family["top"]),
        "Industry": "Energy",
        "Name": "Top",
        "Stage__c": None,
    }
    assert idle is None
    assert other == {"attributes": attributes("Thing__c", thing), "Industry": None, "Name": "T", "Stage__c": "One"}


def test_typeof(org: Org, family: dict[str, str]) -> None:
    thing = org.create("Thing__c", {"Name": "T", "Account__c": family["top"]})
    contract = org.create("Contract", {"AccountId": family["top"]})
    for target in (thing, contract):
        org.create("Task", {"WhatId": target})
    whens = "WHEN Account THEN Industry, Owner.Name WHEN Thing__c THEN Account__r.Name"
    answer = org.query(f"SELECT TYPEOF What {whens} ELSE Name END FROM Task")
    account_row, none, thing_row, contract_row = (row["What"] for row in answer["records"])
    assert account_row["Industry"] == "Energy"
    assert account_row["Owner"]["Name"] == org.user["Name"]
    assert none is None
    assert thing_row["Account__r"]["Name"] == "Top"
    assert contract_row == {"attributes": attributes("Contract", contract), "Name": "00000001"}


def test_aggregates(org: Org, family: dict[str, str]) -> None:
    def rows(soql: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = org.query(soql)["records"]
        assert all(row.pop("attributes") == {"type": "AggregateResult"} for row in found)
        return found

    assert rows("SELECT COUNT(Id) n, SUM(AnnualRevenue), AVG(AnnualRevenue), MIN(Name) FROM Account") == [
        {"n": 2, "expr0": 0.3, "expr1": 0.15, "expr2": "Sub"}
    ]
    assert rows("SELECT COUNT(Industry), COUNT_DISTINCT(Name) FROM Account") == [{"expr0": 1, "expr1": 2}]
    assert rows("SELECT Account.Name, COUNT(Id) FROM Contact GROUP BY Account.Name HAVING COUNT(Id) > 1") == [
        {"Name": "Sub", "expr0": 2}
    ]
    assert rows("SELECT Account.Name FROM Contact GROUP BY Account.Name HAVING COUNT(Id) > 2") == []
    assert rows("SELECT MAX(CreatedDate) m FROM Contract") == [{"m": None}]
    assert rows(
        "SELECT LastName, COUNT(Id) FROM Contact GROUP BY LastName ORDER BY COUNT(Id), LastName DESC LIMIT 1"
    ) == [{"LastName": "Bob", "expr0": 1}]
    assert rows("SELECT CALENDAR_YEAR(CreatedDate) y FROM Contact GROUP BY CALENDAR_YEAR(CreatedDate)") == [{"y": 2024}]


def test_rollup_and_cube(org: Org) -> None:
    for stage, flag in (("One", True), ("One", False), ("Two", True)):
        org.create("Thing__c", {"Name": "x", "Stage__c": stage, "Flag__c": flag})

    def rows(by: str) -> list[tuple[Any, ...]]:
        soql = f"SELECT Stage__c, Flag__c, COUNT(Id), GROUPING(Flag__c) FROM Thing__c GROUP BY {by}"
        return [tuple(row.values())[1:] for row in org.query(soql)["records"]]

    rollup = [("One", False, 1, 0), ("One", True, 1, 0), ("One", None, 2, 1), ("Two", True, 1, 0), ("Two", None, 1, 1)]
    assert rows("ROLLUP(Stage__c, Flag__c)") == [*rollup, (None, None, 3, 1)]
    assert rows("Stage__c, Flag__c") == [
        (stage, flag, 1, 0) for stage, flag in (("One", False), ("One", True), ("Two", True))
    ]
    assert rows("CUBE(Stage__c, Flag__c)") == [*rollup, (None, False, 1, 0), (None, True, 2, 0), (None, None, 3, 1)]


def test_fields_and_presentation(org: Org) -> None:
    org.create("Thing__c", {"Name": "x", "Whole__c": 1234, "Date__c": "2024-01-02", "Colors__c": "Red;Blue"})
    (row,) = org.query(
        "SELECT toLabel(Stage__c), toLabel(Colors__c), FORMAT(Date__c), FORMAT(Whole__c) w FROM Thing__c"
    )["records"]
    assert row["Stage__c"] == "Label of Two"
    assert (row["Colors__c"], row["Date__c"], row["w"]) == ("Label of Red;Label of Blue", "1/2/2024", "1,234")
    (everything,) = org.query("SELECT FIELDS(ALL) FROM Thing__c LIMIT 1")["records"]
    (standard,) = org.query("SELECT FIELDS(STANDARD), Whole__c FROM Thing__c")["records"]
    (custom,) = org.query("SELECT FIELDS(CUSTOM) FROM Thing__c LIMIT 1")["records"]
    assert set(everything) == set(standard) | set(custom)
    assert set(standard) & set(custom) == {"attributes", "Whole__c"}


def test_a_result_that_is_read_stays_open_whatever_else_is_asked(org: Org) -> None:
    org.seed(("Account", {"Name": f"A{number}"}) for number in range(70))
    page = org.query("SELECT Name FROM Account", batch_size=1)
    names = [row["Name"] for row in page["records"]]
    while not page["done"]:
        org.query("SELECT Id FROM Account", batch_size=1)
        page = org.query_more(page["nextRecordsUrl"].rsplit("/", 1)[1])
        names += [row["Name"] for row in page["records"]]
    assert len(set(names)) == 70


def test_pages(org: Org) -> None:
    org.seed(("Account", {"Name": f"A{number:04}"}) for number in range(2001))
    soql = "SELECT Name FROM Account ORDER BY Name"
    first = org.query(soql, version="55.0")
    assert (first["totalSize"], first["done"], len(first["records"])) == (2001, False, 2000)
    path, locator = first["nextRecordsUrl"].rsplit("/", 1)
    assert path == "/services/data/v55.0/query"
    assert locator.startswith("01g")
    assert locator.endswith("-2000")
    # A locator shows the rows as they were when the query ran.
    org.create("Account", {"Name": "A2000b"})
    last = org.query_more(locator)
    assert (last["totalSize"], last["done"]) == (2001, True)
    assert [row["Name"] for row in last["records"]] == ["A2000"]
    assert "nextRecordsUrl" not in last
    names: list[str] = []
    page = org.query(soql, batch_size=500)
    while True:
        names += [row["Name"] for row in page["records"]]
        if page["done"]:
            break
        page = org.query_more(page["nextRecordsUrl"].rsplit("/", 1)[1])
    assert names == sorted(names)
    assert len(names) == 2002
    for wrong in ("", "01g", locator.replace("2000", "9999"), "01gLc0999999999AAA-2000", "01gLc0000000001IAA-x"):
        with pytest.raises(OrgError) as caught:
            org.query_more(wrong)
        assert caught.value.code == "INVALID_QUERY_LOCATOR"


def test_child_lists_have_pages_of_their_own(org: Org) -> None:
    account = org.create("Account", {"Name": "x"})
    org.seed(("Contact", {"LastName": f"C{number}", "AccountId": account}) for number in range(25))
    children = org.query("SELECT (SELECT LastName FROM Contacts) FROM Account", batch_size=10)["records"][0]["Contacts"]
    assert (children["totalSize"], children["done"], len(children["records"])) == (25, False, 10)
    second = org.query_more(children["nextRecordsUrl"].rsplit("/", 1)[1])
    assert (len(second["records"]), second["done"]) == (10, False)


def test_column_metadata(org: Org) -> None:
    soql = "SELECT Name, Account.Parent.Name, Account.Name, (SELECT Subject FROM Tasks) FROM Contact"
    with pytest.raises(OrgError):
        org.query(soql, columns=True)  # Contact has no child relationship Tasks here
    soql = "SELECT Name, Parent.Parent.Name, Parent.Name, (SELECT LastName FROM Contacts) FROM Account"
    name = {"columnName": "Name", "displayName": "Name", "aggregate": False, "joinColumns": []}
    parent = {"columnName": "Parent", "displayName": "Parent", "aggregate": False}
    assert org.query(soql, columns=True)["columnMetadata"] == [
        name,
        {**parent, "joinColumns": [{**parent, "joinColumns": [name]}, name]},
        {
            "columnName": "Contacts",
            "displayName": "Contacts",
            "aggregate": True,
            "joinColumns": [{**name, "columnName": "LastName", "displayName": "LastName"}],
        },
    ]
    grouped = org.query("SELECT COUNT(Id), MAX(Name) top FROM Account", columns=True)["columnMetadata"]
    assert [(column["columnName"], column["aggregate"]) for column in grouped] == [("expr0", True), ("top", True)]
    shown = "SELECT toLabel(stage__c), DISTANCE(Place__c, GEOLOCATION(1, 2), 'mi'), FORMAT(Whole__c) w FROM Thing__c"
    columns = org.query(shown, columns=True)["columnMetadata"]
    assert [(column["columnName"], column["aggregate"]) for column in columns] == [
        *(("Stage__c", False), ("expr0", True), ("w", True)),
    ]
    typed = "SELECT TYPEOF What WHEN Account THEN Name, Industry WHEN Thing__c THEN Name, Stage__c END FROM Task"
    (what,) = org.query(typed, columns=True)["columnMetadata"]
    assert [column["columnName"] for column in what["joinColumns"]] == ["Name", "Industry", "Stage__c"]


def test_grouping_sorts_nothing_where_every_row_is_a_group(org: Org) -> None:
    for name in ("b", "a"):
        org.create("Account", {"Name": name})
    soql = "SELECT Name FROM Account GROUP BY Name ORDER BY GROUPING(Name) DESC NULLS LAST, Name LIMIT 3"
    assert [row["Name"] for row in org.query(soql)["records"]] == ["a", "b"]
