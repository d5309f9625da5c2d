"""`tabs`, `theme`, `appMenu` and `quickActions`: how an org looks to its users, as far as a describe tells.

There are no pictures: an icon's address leads nowhere.

Salesforce document: REST API Developer Guide, "Tabs", "Themes", "AppMenu", "Quick Actions".
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.errors import not_found
from sfgen_local_org.http.router import Route

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sfgen_local_org.http.site import Site

_DATA = "/services/data/v{version}"
_MENUS = ("AppSwitcher", "Salesforce1", "NetworkTabs")
_APP = "Local Org"


class Appearance:
    """The endpoints of what users see first."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [
            Route("GET", _DATA + "/tabs", self.tabs),
            Route("GET", _DATA + "/theme", self.theme),
            Route("GET", _DATA + "/appMenu/{menu}", self.app_menu),
            Route("GET", _DATA + "/quickActions", self.quick_actions),
            Route("GET", _DATA + "/sobjects/{sobject}/quickActions", self.quick_actions_of),
        ]

    def tabs(self, call: Call) -> Answer:
        """List a tab for each object whose records have pages."""
        return Answer(200, [self._tab(described) for described in self._with_pages()])

    def theme(self, call: Call) -> Answer:
        """List the colours and icons of the objects that have tabs."""
        items = [
            {"colors": _colors(described), "icons": self._icons(described), "name": described["name"]}
            for described in self._with_pages()
        ]
        return Answer(200, {"themeItems": items})

    def app_menu(self, call: Call) -> Answer:
        """List the org's one app, or for the mobile menu the objects."""
        if call.args["menu"] not in _MENUS:
            raise not_found()
        if call.args["menu"] == "AppSwitcher":
            items = [_menu_item(_APP, "Tabset", f"{self._site.url}/home")]
        else:
            items = [
                _menu_item(described["labelPlural"], "Standard.search", self._page(described), described["name"])
                for described in self._with_pages()
            ]
        return Answer(200, {"appMenuItems": items})

    def quick_actions(self, call: Call) -> Answer:
        """List the global quick actions: an org of describes has none."""
        return Answer(200, [])

    def quick_actions_of(self, call: Call) -> Answer:
        """List the quick actions of an object: none."""
        self._site.org.describe(call.args["sobject"])
        return Answer(200, [])

    def _with_pages(self) -> list[Mapping[str, Any]]:
        listed = self._site.org.describe_global()["sobjects"]
        return [each for each in listed if each["layoutable"] and each["mruEnabled"]]

    def _tab(self, described: Mapping[str, Any]) -> dict[str, Any]:
        icon = f"{self._site.url}/img/icon/{described['name'].lower()}"
        return {
            "colors": _colors(described),
            "custom": described["custom"],
            "iconUrl": f"{icon}32.png",
            "icons": self._icons(described),
            "label": described["labelPlural"],
            "miniIconUrl": f"{icon}16.png",
            "name": described["name"] if described["custom"] else f"standard-{described['name']}",
            "sobjectName": described["name"],
            "url": self._page(described),
        }

    def _icons(self, described: Mapping[str, Any]) -> list[dict[str, Any]]:
        url = f"{self._site.url}/img/icon/{described['name'].lower()}32.png"
        return [{"contentType": "image/png", "height": 32, "theme": "theme4", "url": url, "width": 32}]

    def _page(self, described: Mapping[str, Any]) -> str:
        return f"{self._site.url}/{described['keyPrefix'] or described['name']}/o"


def _colors(described: Mapping[str, Any]) -> list[dict[str, Any]]:
    # Any colour would do, as long as an object keeps its own.
    color = f"{zlib.crc32(described['name'].encode()) & 0xFFFFFF:06X}"
    return [{"color": color, "context": "primary", "theme": "theme4"}]


def _menu_item(label: str, kind: str, url: str, name: str | None = None) -> dict[str, Any]:
    texts = {"label": label, "name": name or label.replace(" ", ""), "type": kind, "url": url}
    return {"colors": [], "content": None, "icons": [], **texts}
