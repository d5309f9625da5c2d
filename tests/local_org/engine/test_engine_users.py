"""Orgs whose describes lack User and Organization: clients read the two all the same."""

from __future__ import annotations

import pytest
from sfgen_local_org.demo import describes
from sfgen_local_org.org import Org, OrgError

ALL = describes()


@pytest.fixture
def org() -> Org:
    return Org([ALL["Account"], ALL["Contact"]])


def test_the_running_user_and_the_organization_are_there(org: Org) -> None:
    # As the Salesforce CLI asks at its login.
    assert org.retrieve("User", org.user_id)["Username"] == org.user["Username"] == "admin@example.com"
    fields = "Name, InstanceName, IsSandbox, TrialExpirationDate, NamespacePrefix, OrganizationType"
    (row,) = org.query(f"SELECT {fields} FROM Organization")["records"]
    assert (row["Name"], row["IsSandbox"], row["TrialExpirationDate"]) == ("Local Org", False, None)
    assert org.describe("User")["keyPrefix"] == "005"


def test_they_are_none_of_the_orgs_own_objects(org: Org) -> None:
    assert [listed["name"] for listed in org.describe_global()["sobjects"]] == ["Account", "Contact"]
    assert set(org.record_counts()) == {"Account", "Contact"}
    with pytest.raises(OrgError, match="CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"):
        org.create("User", {"Username": "x@y.example"})


def test_owners_have_names(org: Org) -> None:
    org.create("Account", {"Name": "A"})
    (row,) = org.query("SELECT Owner.Name, CreatedBy.Username FROM Account WHERE Owner.Name LIKE 'Ada%'")["records"]
    assert (row["Owner"]["Name"], row["CreatedBy"]["Username"]) == ("Ada Admin", "admin@example.com")


def test_owners_that_the_org_does_not_know_are_taken(org: Org) -> None:
    made = org.create("Account", {"Name": "A", "OwnerId": "005000000000009AAA"})
    (row,) = org.query(f"SELECT OwnerId, Owner.Name FROM Account WHERE Id = '{made}'")["records"]
    assert (row["OwnerId"], row["Owner"]) == ("005000000000009AAA", None)
    with pytest.raises(OrgError, match="id value of incorrect type"):
        org.create("Account", {"Name": "A", "OwnerId": made})


def test_an_orgs_own_describe_wins() -> None:
    org = Org([ALL["Account"], ALL["User"]])
    assert len(org.describe("User")["fields"]) == len(ALL["User"]["fields"])
    assert "User" in [listed["name"] for listed in org.describe_global()["sobjects"]]
    assert org.user["Name"] == "Ada Admin"
