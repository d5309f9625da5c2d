"""Tabs, themes, app menus and quick actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_org_client import Client


def test_objects_with_pages_have_tabs_and_themes(shared_client: Client) -> None:
    tabs = {tab["sobjectName"]: tab for tab in shared_client.get("tabs/").json()}
    listed = shared_client.get("sobjects").json()["sobjects"]
    assert set(tabs) == {each["name"] for each in listed if each["layoutable"] and each["mruEnabled"]}
    account, site = tabs["Account"], tabs["Site__c"]
    assert (account["label"], account["name"], account["custom"]) == ("Accounts", "standard-Account", False)
    assert (site["name"], site["custom"]) == ("Site__c", True)
    assert account["url"] == f"{shared_client.server.url}/001/o"
    themes = {item["name"]: item for item in shared_client.get("theme").json()["themeItems"]}
    assert set(themes) == set(tabs)
    assert themes["Account"]["colors"] == account["colors"]


def test_menus(shared_client: Client) -> None:
    (app,) = shared_client.get("appMenu/AppSwitcher/").json()["appMenuItems"]
    assert (app["label"], app["name"], app["type"]) == ("Local Org", "LocalOrg", "Tabset")
    assert "Contact" in {item["name"] for item in shared_client.get("appMenu/Salesforce1").json()["appMenuItems"]}
    assert shared_client.get("appMenu/Nope").status_code == 404


def test_there_are_no_quick_actions(shared_client: Client) -> None:
    assert shared_client.get("quickActions").json() == []
    assert shared_client.get("sobjects/Account/quickActions").json() == []
    assert shared_client.get("sobjects/Nope/quickActions").status_code == 404
