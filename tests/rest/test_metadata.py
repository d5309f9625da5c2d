"""The Metadata API against the local org: archives, components, faults, sessions that end."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from example_world import answer_with
from sfgen_local_org.http.call import Answer
from sfgen_runtime import Salesforce, SalesforceExpiredSession, SalesforceGeneralError
from sfgen_runtime.http import Response
from sfgen_runtime.metadata import Component, MetadataNotSaved
from sfgen_runtime.metadata.soap import parsed

if TYPE_CHECKING:
    from pathlib import Path

    from sfgen_local_org.server import LocalOrg

PACKAGE = """<?xml version="1.0" encoding="UTF-8"?><Package xmlns="http://soap.sforce.com/2006/04/metadata">
<types><members>Hello</members><name>ApexClass</name></types><version>62.0</version></Package>"""


def archive(**files: str) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name, text in files.items():
            opened.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_cls", ".cls"), text)
    return made


def test_deploy_and_retrieve(sf: Salesforce, tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_bytes(archive(package_xml=PACKAGE, classes__Hello_cls="class Hello {}").getvalue())
    started = sf.deploy(str(tmp_path / "p.zip"), sandbox=True, checkOnly=True)
    assert started["state"] == "Queued"
    assert sf.checkDeployStatus(str(started["asyncId"]))["state"] == "Succeeded"
    empty = sf.mdapi.retrieve(unpackaged={"ApexClass": ["Hello"]})
    assert sf.mdapi.check_retrieve_status(str(empty.id)).messages[0]["message"] is not None
    sf.mdapi.deploy(tmp_path / "p.zip", sandbox=False)
    asked = sf.mdapi.retrieve(unpackaged={"ApexClass": ["*"]})
    state, error, messages, content = sf.mdapi.retrieve_zip(str(asked.id))
    assert (state, error, messages) == ("Succeeded", None, [])
    assert zipfile.ZipFile(io.BytesIO(content)).read("classes/Hello.cls") == b"class Hello {}"


def test_a_deployment_that_fails(sf: Salesforce) -> None:
    started = sf.deploy(archive(classes__Hello_cls=""), sandbox=False)
    status = sf.mdapi.check_deploy_status(str(started["asyncId"]))
    assert status.state == "Failed"
    assert status.deployment_detail["errors"] == [
        {"type": None, "file": "package.xml", "status": "Error", "message": "No package.xml found"}
    ]
    with pytest.raises(SalesforceGeneralError) as caught:
        sf.mdapi.check_deploy_status("0Af000000000000AAA")
    assert caught.value.error_code == "INVALID_ID_FIELD"
    with pytest.warns(UserWarning, match="no option purge, which is ignored"):
        started = sf.mdapi.deploy(archive(), sandbox=True, purge=True)
    assert started.id is not None
    with pytest.warns(UserWarning, match="no option sandbox, which is ignored"):
        sf.mdapi.check_deploy_status(started.id, sandbox=True)
    assert [sf.mdapi.get_component_error_count(text) for text in ("3", "", "x")] == [3, 0, 0]


def test_components(sf: Salesforce) -> None:
    md = sf.mdapi
    field = md.CustomField(fullName="Account.Zone__c", label='R&D <"x">', type=md.FieldType("Text"), length=40)
    md.CustomField.create([field])
    read = md.CustomField.read("Account.Zone__c")
    assert isinstance(read, Component)
    assert (read.label, read.length, read.description) == ('R&D <"x">', "40", None)
    read.label = "Region"
    md.CustomField.update(read)
    md.CustomField.rename("Account.Zone__c", "Account.Area__c")
    both = md.CustomField.read(["Account.Zone__c", "Account.Area__c"])
    assert isinstance(both, list)
    assert both[0] is None
    assert both[1] is not None
    assert both[1].label == "Region"
    with pytest.raises(MetadataNotSaved, match=r"Account.Area__c: .DUPLICATE_DEVELOPER_NAME"):
        md.CustomField.create([{"fullName": "Account.Area__c", "label": "x"}, {"fullName": "Account.New__c"}])
    md.CustomField.upsert({"fullName": "Account.New__c", "label": "New", "valueSet": {"value": ["a", "b"]}})
    new = md.CustomField.read("Account.New__c")
    assert isinstance(new, Component)
    assert new.valueSet.all("value") == ["a", "b"]
    assert {row.fullName for row in md.list_metadata({"type": "CustomField"})} >= {"Account.Area__c", "Account.New__c"}
    assert {row.fullName for row in md.list_metadata([md.ListMetadataQuery(type="CustomObject")])} >= {"Account"}
    assert "CustomField" in [row.xmlName for row in md.describe_metadata().all("metadataObjects")]
    md.CustomField.delete(["Account.Area__c", "Account.New__c"])
    with pytest.raises(MetadataNotSaved, match="INVALID_CROSS_REFERENCE_KEY"):
        md.CustomField.delete("Account.Area__c")
    with pytest.raises(AttributeError, match="begin with a capital"):
        _ = md.deploi


def test_an_expired_session_is_renewed(sf: Salesforce, server: LocalOrg) -> None:
    api = sf.mdapi
    assert api.list_metadata({"type": "CustomObject"})
    server.expire_sessions()
    assert api.list_metadata({"type": "CustomObject"})
    guest = Salesforce(session_id="00D!dead-session-id", instance_url=server.url)
    with pytest.raises(SalesforceExpiredSession) as caught:
        guest.mdapi.describe_metadata()
    assert "dead-session-id" not in str(caught.value)


@pytest.mark.parametrize(
    "value", ["a\x00b", {"<x>": "1"}, {'a xsi:type="y"': "1"}, ["\ud800"]], ids=["NUL", "tag", "attribute", "surrogate"]
)
def test_hostile_values_are_refused_or_escaped(sf: Salesforce, value: object) -> None:
    with pytest.raises(ValueError, match=r"no XML can carry|no name of a metadata element"):
        sf.mdapi.CustomField.create({"fullName": "Account.X__c", "label": value})


def test_hostile_answers(sf: Salesforce, server: LocalOrg) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    assert parsed(bomb) is None
    assert parsed(b"<x>") is None
    server.fail("*/Soap/m/*", 503)
    with pytest.raises(SalesforceGeneralError):
        sf.with_retries(None).mdapi.describe_metadata()
    assert Response(200, {}, bomb, "").content == bomb


def test_a_deployment_that_has_no_id_is_an_error(sf: Salesforce, server: LocalOrg) -> None:
    body = (
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><deployResponse '
        b'xmlns="http://soap.sforce.com/2006/04/metadata"><result><done>false</done></result></deployResponse>'
        b"</e:Body></e:Envelope>"
    )
    answer_with(server, "*/Soap/m/*", Answer(200, content=body, media_type="text/xml"))
    with pytest.raises(SalesforceGeneralError, match="the answer holds no id"):
        sf.mdapi.deploy(archive(classes__Hello_cls="class Hello {}"), sandbox=True)
