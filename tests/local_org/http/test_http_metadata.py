"""Deployments and retrievals as the Salesforce CLI, jsforce and sf-toolkit ask for them."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from sfgen_local_org.http.object_metadata import object_file

if TYPE_CHECKING:
    from local_org_client import Client

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
SPACE = "{http://soap.sforce.com/2006/04/metadata}"
CLASS = {"classes/Hello.cls-meta.xml": "<ApexClass/>", "classes/Hello.cls": "class Hello {}"}
BUNDLE = {"lwc/hi/hi.js": "export", "lwc/hi/hi.js-meta.xml": "<LightningComponentBundle/>"}
FIELD = {"objects/Account.object": "<CustomObject/>"}
MEMBERS = {"ApexClass": "Hello", "LightningComponentBundle": "hi", "CustomField": "Account.Zone__c"}


def package(members: dict[str, str]) -> str:
    types = "".join(f"<types><members>{name}</members><name>{kind}</name></types>" for kind, name in members.items())
    return f'<Package xmlns="{NAMESPACE}">{types}<version>62.0</version></Package>'


def archive(files: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name, text in files.items():
            opened.writestr(name, text)
    return made.getvalue()


def soap(client: Client, body: str) -> ElementTree.Element:
    """Ask as jsforce does: the namespace is on header and body, and there is no prefix."""
    message = (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
        f'<soapenv:Header xmlns="{NAMESPACE}"><SessionHeader><sessionId>{client.server.session_id}</sessionId>'
        f'</SessionHeader></soapenv:Header><soapenv:Body xmlns="{NAMESPACE}">{body}</soapenv:Body></soapenv:Envelope>'
    )
    response = client.post("/services/Soap/m/62.0", data=message, headers={"Content-Type": "text/xml"})
    assert response.status_code == 200, response.text
    return ElementTree.fromstring(response.content)


def deploy(client: Client, files: dict[str, str], **options: str) -> ElementTree.Element:
    flags = "".join(f"<{name}>{value}</{name}>" for name, value in options.items())
    content = base64.b64encode(archive(files)).decode()
    asked = f"<deploy><ZipFile>{content}</ZipFile><DeployOptions>{flags}</DeployOptions></deploy>"
    process = soap(client, asked).findtext(f".//{SPACE}id")
    asked = f"<checkDeployStatus><asyncProcessId>{process}</asyncProcessId></checkDeployStatus>"
    result = soap(client, asked).find(f".//{SPACE}result")
    assert result is not None
    return result


def retrieve(client: Client, *, wrapper: str = "request", single: bool = False) -> ElementTree.Element:
    wanted = package(MEMBERS).replace(f' xmlns="{NAMESPACE}"', "").replace("Package>", "unpackaged>")
    flag = "<singlePackage>true</singlePackage>" if single else ""
    asked = f"<retrieve><{wrapper}><apiVersion>62.0</apiVersion>{flag}{wanted}</{wrapper}></retrieve>"
    process = soap(client, asked).findtext(f".//{SPACE}id")
    asked = f"<checkRetrieveStatus><asyncProcessId>{process}</asyncProcessId></checkRetrieveStatus>"
    result = soap(client, asked).find(f".//{SPACE}result")
    assert result is not None
    return result


def names_in(result: ElementTree.Element) -> set[str]:
    content = base64.b64decode(result.findtext(SPACE + "zipFile") or "")
    return set(zipfile.ZipFile(io.BytesIO(content)).namelist())


def test_a_deployment_tells_of_each_component(client: Client) -> None:
    files = {"package.xml": package(MEMBERS), **CLASS, **BUNDLE, **FIELD}
    result = deploy(client, files, rollbackOnError="true")
    assert (result.findtext(SPACE + "success"), result.findtext(SPACE + "createdBy")) == (
        "true",
        client.server.org.user_id,
    )
    told = [
        tuple(message.findtext(SPACE + name) for name in ("componentType", "fullName", "fileName", "created"))
        for message in result.iter(SPACE + "componentSuccesses")
    ]
    assert told == [
        ("ApexClass", "Hello", "classes/Hello.cls", "true"),
        ("LightningComponentBundle", "hi", "lwc/hi/hi.js", "true"),
        ("CustomField", "Account.Zone__c", "objects/Account.object", "true"),
    ]
    again = deploy(client, files)
    assert [one.findtext(SPACE + "created") for one in again.iter(SPACE + "componentSuccesses")] == ["false"] * 3


@pytest.mark.parametrize("wrapper", ["request", "retrieveRequest"])
@pytest.mark.parametrize(("single", "folder"), [(False, "unpackaged/"), (True, "")])
def test_a_retrieval_has_its_files_in_a_folder_unless_it_is_one_package(
    client: Client, wrapper: str, single: bool, folder: str
) -> None:
    deploy(client, {"package.xml": package(MEMBERS), **CLASS, **BUNDLE, **FIELD})
    result = retrieve(client, wrapper=wrapper, single=single)
    assert names_in(result) == {folder + name for name in ("package.xml", *CLASS, *BUNDLE, *FIELD)}
    properties = {
        one.findtext(SPACE + "fileName"): one.findtext(SPACE + "type") for one in result.iter(SPACE + "fileProperties")
    }
    assert properties == {
        f"{folder}classes/Hello.cls": "ApexClass",
        f"{folder}lwc/hi/hi.js": "LightningComponentBundle",
        f"{folder}objects/Account.object": "CustomField",
        f"{folder}package.xml": "Package",
    }


def test_a_deployment_deletes_what_it_lists(client: Client) -> None:
    deploy(client, {"package.xml": package({"ApexClass": "Hello"}), **CLASS})
    result = deploy(client, {"package.xml": package({}), "destructiveChangesPost.xml": package({"ApexClass": "Hello"})})
    (gone,) = result.iter(SPACE + "componentSuccesses")
    assert (gone.findtext(SPACE + "fullName"), gone.findtext(SPACE + "deleted")) == ("Hello", "true")
    assert names_in(retrieve(client)) == {"unpackaged/package.xml"}


def test_old_clients_ask_for_the_status_of_any_process(client: Client) -> None:
    content = base64.b64encode(archive({"package.xml": package({"ApexClass": "Hello"}), **CLASS})).decode()
    process = soap(client, f"<deploy><ZipFile>{content}</ZipFile></deploy>").findtext(f".//{SPACE}id")
    status = soap(client, f"<checkStatus><asyncProcessId>{process}</asyncProcessId></checkStatus>")
    assert [status.findtext(f".//{SPACE}{name}") for name in ("done", "id", "state")] == ["true", process, "Completed"]


def test_what_there_is_is_listed_with_its_file_and_its_dates(client: Client) -> None:
    deploy(client, {"package.xml": package({"ApexClass": "Hello"}), **CLASS})
    described = soap(client, "<describeMetadata><asOfVersion>62.0</asOfVersion></describeMetadata>")
    kinds = {
        one.findtext(SPACE + "xmlName"): (one.findtext(SPACE + "directoryName"), one.findtext(SPACE + "suffix"))
        for one in described.iter(SPACE + "metadataObjects")
    }
    assert kinds == {"ApexClass": ("classes", "cls"), "CustomObject": ("objects", "object")}
    for kind, name, file_name in (
        ("ApexClass", "Hello", "classes/Hello.cls"),
        ("CustomObject", "Account", "objects/Account.object"),
    ):
        listed = soap(client, f"<listMetadata><queries><type>{kind}</type></queries></listMetadata>")
        row = next(one for one in listed.iter(SPACE + "result") if one.findtext(SPACE + "fullName") == name)
        assert row.findtext(SPACE + "fileName") == file_name
        assert (row.findtext(SPACE + "lastModifiedDate") or "").endswith("Z")


def deploy_over_rest(client: Client, files: dict[str, str], **options: object) -> dict[str, object]:
    request = {"deployOptions": options}
    parts = [
        ("json", (None, json.dumps(request), "application/json")),
        ("file", ("a.zip", archive(files), "application/zip")),
    ]
    response = client.post("metadata/deployRequest", files=parts)
    assert response.status_code == 201, response.text
    started: dict[str, object] = response.json()
    return started


def test_archives_are_deployed_over_rest(client: Client) -> None:
    files = {"package.xml": package({"ApexClass": "Hello"}), **CLASS}
    checked = deploy_over_rest(client, files, checkOnly=True, singlePackage=True)
    assert checked["deployOptions"] == {"checkOnly": True, "singlePackage": True}
    path = f"metadata/deployRequest/{checked['id']}"
    assert checked["url"] == f"{client.server.url}/services/data/v62.0/{path}"
    assert "details" not in client.get(path).json()["deployResult"]
    result = client.get(path, params={"includeDetails": "true"}).json()["deployResult"]
    assert (result["status"], result["checkOnly"], result["numberComponentsDeployed"]) == ("Succeeded", True, 1)
    assert [one["fullName"] for one in result["details"]["componentSuccesses"]] == ["Hello"]
    assert names_in(retrieve(client)) == {"unpackaged/package.xml"}
    assert client.patch(path, json={"deployResult": {"status": "Canceling"}}).status_code == 202
    assert client.post("metadata/deployRequest", json={"validatedDeployRequestId": checked["id"]}).status_code == 201
    assert names_in(retrieve(client)) == {"unpackaged/package.xml", *(f"unpackaged/{name}" for name in CLASS)}
    again = client.post("metadata/deployRequest", json={"validatedDeployRequestId": checked["id"]})
    assert (again.status_code, again.json()[0]["errorCode"]) == (404, "INVALID_ID_FIELD")


def test_archives_that_are_none_are_refused_over_rest(client: Client) -> None:
    parts = [("json", (None, "{}", "application/json")), ("file", ("a.zip", b"no archive", "application/zip"))]
    response = client.post("metadata/deployRequest", files=parts)
    assert (response.status_code, response.json()[0]["errorCode"]) == (400, "INVALID_ARCHIVE")
    failed = deploy_over_rest(client, {"package.xml": package({"ApexClass": "Hello"})})
    result = client.get(f"metadata/deployRequest/{failed['id']}", params={"includeDetails": "true"}).json()
    (problem,) = result["deployResult"]["details"]["componentFailures"]
    assert (result["deployResult"]["status"], problem["fileName"]) == ("Failed", "package.xml")
    assert "'Hello'" in problem["problem"]


def test_an_object_of_the_org_is_read_and_retrieved(client: Client) -> None:
    described = client.get("sobjects/Account/describe").json()
    custom = {field["name"] for field in described["fields"] if field["custom"] and not field["compoundFieldName"]}
    asked = "<readMetadata><type>CustomObject</type><fullNames>Account</fullNames></readMetadata>"
    read = soap(client, asked).find(f".//{SPACE}records")
    assert read is not None
    assert (read.findtext(SPACE + "fullName"), read.findtext(SPACE + "pluralLabel")) == ("Account", "Accounts")
    assert {field.findtext(SPACE + "fullName") for field in read.iter(SPACE + "fields")} == custom
    key = next(field for field in read.iter(SPACE + "fields") if field.findtext(SPACE + "fullName") == "ERP_Id__c")
    assert [key.findtext(SPACE + name) for name in ("type", "externalId", "unique")] == ["Text", "true", "true"]
    wanted = "<types><members>Account</members><members>*</members><name>CustomObject</name></types>"
    asked = f"<retrieve><request><unpackaged>{wanted}<version>62.0</version></unpackaged></request></retrieve>"
    process = soap(client, asked).findtext(f".//{SPACE}id")
    asked = f"<checkRetrieveStatus><asyncProcessId>{process}</asyncProcessId></checkRetrieveStatus>"
    result = soap(client, asked)
    files = names_in(next(result.iter(SPACE + "result")))
    listed = client.get("sobjects").json()["sobjects"]
    names = {"Account", *(one["name"] for one in listed if one["custom"])}
    assert files == {"unpackaged/package.xml", *(f"unpackaged/objects/{name}.object" for name in names)}
    content = base64.b64decode(result.findtext(f".//{SPACE}zipFile") or "")
    root = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("unpackaged/objects/Account.object"))
    assert (root.tag, root.findtext(SPACE + "label"), root.find(SPACE + "fullName")) == (
        SPACE + "CustomObject",
        "Account",
        None,
    )


def test_describes_of_any_kind_make_xml() -> None:
    """Texts that no XML can hold, and describes that lack keys."""
    field = {"name": "A__c", "custom": True, "label": "a\x00<b>\ufffe"}
    kinds = ["picklist", "reference", "textarea", "double", "anyType", None]
    fields = [{**field, "type": kind, "picklistValues": [{"value": None}]} for kind in kinds]
    described: dict[str, Any] = {"name": "X__c", "custom": True, "fields": [*fields, field]}
    root = ElementTree.fromstring(object_file(described))
    assert [one.findtext(SPACE + "label") for one in root.iter(SPACE + "fields")] == ["a?<b>?"] * len(
        described["fields"]
    )
    types = [one.findtext(SPACE + "type") for one in root.iter(SPACE + "fields")]
    assert types == ["Picklist", "Lookup", "TextArea", "Number", "Text", "Text", "Text"]
