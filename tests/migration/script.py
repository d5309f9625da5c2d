"""A script of the kind that people have: it imports simple-salesforce and knows nothing of sfgen.

The test runs it twice, as it is and with the import changed, and compares what `record` was given.
"""

# ruff: noqa: PTH118, PTH123  # written as such scripts are

import os
import tempfile
import zipfile
from datetime import UTC, datetime, timedelta

import requests
from simple_salesforce import Salesforce, SalesforceLogin, SFType, format_external_id, format_soql
from simple_salesforce.api import DEFAULT_API_VERSION
from simple_salesforce.exceptions import (
    SalesforceError,
    SalesforceExpiredSession,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)
from simple_salesforce.util import date_to_iso8601


def main(login, record):
    """Do a day's work of calls; `login` is what the test logs in with, `record(name, call)` keeps what a call gave."""
    sf = Salesforce(**login)
    record("version", lambda: DEFAULT_API_VERSION)
    record("session", lambda: [len(sf.session_id) > 20, sf.sf_version, sf.auth_type, sf.domain])
    record("login", lambda: [len(part) > 8 for part in SalesforceLogin(**login)])

    # -- records
    made = record("create", lambda: sf.Contact.create({"LastName": "Smith", "Email": "smith@example.com"}))
    record("get", lambda: sf.Contact.get(made["id"]))
    record("get fields", lambda: sf.Contact.get(made["id"], params={"fields": "Id,LastName"}))
    record("update", lambda: sf.Contact.update(made["id"], {"LastName": "Jones", "FirstName": "John"}))
    record("update raw", lambda: sf.Contact.update(made["id"], {"FirstName": "Jo"}, raw_response=True).status_code)
    record(
        "update headers", lambda: sf.Contact.update(made["id"], {"FirstName": "J"}, headers={"Sforce-Auto-Assign": "0"})
    )
    record("upsert created", lambda: sf.Account.upsert("ERP_Id__c/A-1", {"Name": "Acme"}))
    record("upsert updated", lambda: sf.Account.upsert(format_external_id("ERP_Id__c", "A-1"), {"Name": "Acme Ltd"}))
    record("get_by_custom_id", lambda: sf.Account.get_by_custom_id("ERP_Id__c", "A-1"))
    record("metadata", lambda: sorted(sf.Contact.metadata()))
    record("describe", lambda: sf.Contact.describe())
    record("describe global", lambda: [item["name"] for item in sf.describe()["sobjects"]])
    start, end = datetime.now(UTC) - timedelta(days=2), datetime.now(UTC) + timedelta(hours=1)
    record("updated", lambda: sf.Contact.updated(start, end))
    record("iso", lambda: date_to_iso8601(datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)))
    record("delete", lambda: sf.Contact.delete(made["id"]))
    record("deleted", lambda: sf.Contact.deleted(start, end))
    contact = SFType("Contact", sf.session_id, sf.sf_instance, session=login["session"])
    record("SFType by hand", lambda: contact.create({"LastName": "By hand"}))

    # -- queries
    for number in range(5):
        sf.Contact.create({"LastName": f"Query {number}", "Description": "O'Hara \\ %"})
    soql = format_soql("SELECT Id, LastName, Account.Name FROM Contact WHERE LastName LIKE '{:like}%'", "Query ")
    record("format_soql", lambda: format_soql("SELECT Id FROM X WHERE A = {} AND B IN {b}", "a'b", b=[1, None, True]))
    record("query", lambda: sf.query(soql + " ORDER BY LastName"))
    record("query_all", lambda: sf.query_all(soql + " ORDER BY LastName"))
    record("query_all_iter", lambda: [row["LastName"] for row in sf.query_all_iter(soql + " ORDER BY LastName")])
    record("query count", lambda: sf.query("SELECT COUNT() FROM Contact WHERE LastName LIKE 'Query %'"))
    record("query deleted", lambda: sf.query("SELECT Id FROM Contact WHERE IsDeleted = true", include_deleted=True))
    record("search", lambda: sf.search("FIND {Query} IN NAME FIELDS RETURNING Contact(Id, LastName)"))
    record("quick_search", lambda: sf.quick_search("nothing like this"))

    # -- bulk
    rows = [{"LastName": f"Bulk {number}"} for number in range(3)]
    record("bulk insert", lambda: [row["success"] for row in sf.bulk.Contact.insert(rows)])
    record(
        "bulk query",
        lambda: len(sf.bulk.Contact.query("SELECT Id, LastName FROM Contact WHERE LastName LIKE 'Bulk %'")),
    )
    record("bulk2 insert", lambda: [row["numberRecordsProcessed"] for row in sf.bulk2.Contact.insert(records=rows)])
    record(
        "bulk2 query", lambda: list(sf.bulk2.Contact.query("SELECT LastName FROM Contact WHERE LastName = 'Bulk 1'"))
    )

    # -- everything else
    record("limits", lambda: sorted(sf.limits())[:3])
    record("api_usage", lambda: sorted(sf.api_usage))
    record("is_sandbox", lambda: sf.is_sandbox())
    record("restful", lambda: sf.restful("sobjects/Contact/describe", params={})["name"])
    record(
        "restful post", lambda: sf.restful("sobjects/Contact", method="POST", json={"LastName": "Restful"})["success"]
    )
    record("oauth2", lambda: sorted(sf.oauth2("userinfo"))[:3])
    record("_call_salesforce", lambda: sf._call_salesforce("GET", sf.base_url + "limits/", name="limits").status_code)
    record("headers", lambda: sf.headers["Authorization"] == "Bearer " + sf.session_id)

    # -- files
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "note.txt")
        with open(path, "wb") as file:
            file.write(b"bytes \x00")
        account = sf.Account.create({"Name": "Files"})["id"]
        file_made = sf.Attachment.create({"Name": "note.txt", "ParentId": account, "Body": "aGVsbG8="})
        record("get_base64", lambda: sf.Attachment.get_base64(file_made["id"]))
        record("update_base64", lambda: sf.Attachment.update_base64(file_made["id"], path))
        record("get_base64 again", lambda: sf.Attachment.get_base64(file_made["id"]))
        archive = os.path.join(folder, "package.zip")
        with zipfile.ZipFile(archive, "w") as opened:
            opened.writestr("classes/Hello.cls", "class Hello {}")
        deployed = record("deploy", lambda: sf.deploy(archive, sandbox=False))
        record("checkDeployStatus", lambda: sf.checkDeployStatus(deployed["asyncId"]))

    # -- errors
    for name, call in (
        ("missing field", lambda: sf.Contact.create({"FirstName": "x"})),
        ("unknown field", lambda: sf.Contact.create({"LastNme": "x"})),
        ("bad picklist", lambda: sf.Opportunity.create({"Name": "x", "StageName": "Nope", "CloseDate": "2026-01-01"})),
        ("not found", lambda: sf.Contact.get("003000000000999AAA")),
        ("deleted twice", lambda: sf.Contact.delete(made["id"])),
        ("malformed query", lambda: sf.query("SELECT FROM Contact")),
        ("tooling", lambda: sf.toolingexecute("nothing-here")),
        ("no such object", lambda: sf.Nothing__c.create({})),
        (
            "bad session",
            lambda: Salesforce(
                session_id="00D!x", instance="x.my.salesforce.com", session=login["session"]
            ).Contact.get("003"),
        ),
    ):
        record(name, lambda call=call: caught(call))


def caught(call):
    """Return what an `except` clause of such a script sees of an error."""
    try:
        return call()
    except (SalesforceMalformedRequest, SalesforceExpiredSession, SalesforceMoreThanOneRecord) as error:
        return [type(error).__name__, error.status, error.resource_name, error.content]
    except (SalesforceResourceNotFound, SalesforceGeneralError) as error:
        return ["found or general", error.status, error.content]
    except (SalesforceError, requests.RequestException) as error:
        return [type(error).__name__]
