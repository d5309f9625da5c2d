"""A client for who makes a bulk handler by hand, of a session id and the URL of an endpoint."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import TYPE_CHECKING

from ..instance import origin_of

if TYPE_CHECKING:
    import requests

    from ..client import SalesforceClient


def client_of_url(
    session_id: str | None,
    url: str | None,
    proxies: MutableMapping[str, str] | None,
    session: requests.Session | None,
) -> SalesforceClient:
    """Return a client of the org and API version that an endpoint's URL names.

    Raises:
        TypeError: there is no session id or no URL.
    """
    if not session_id or not url:
        raise TypeError("a bulk handler needs client=, or a session id and the endpoint's URL")
    # The client makes these handlers too: one of the two imports has to wait.
    from ..client import SalesforceClient

    found = re.search(r"/v?(\d+\.\d+)(?:/|$)", url)
    version = found[1] if found else None
    return SalesforceClient(
        session_id=session_id, instance_url=origin_of(url), version=version, proxies=proxies, session=session
    )
