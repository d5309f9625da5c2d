"""`SfdcMetadataApi`: the Metadata API from a session, as simple-salesforce makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..client import SalesforceClient
from .api import MetadataApi

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests


class SfdcMetadataApi(MetadataApi):
    """The Metadata API of one org, from a session that exists. ``sf.mdapi`` is the same with a session that is renewed.

    `metadata_url` is taken for compatibility: `instance` and `api_version` say it.

    Example:
        >>> by_hand = SfdcMetadataApi(sf.session, sf.session_id, server.url, sf.metadata_url, sf.headers, sf.sf_version)
        >>> by_hand.describe_metadata() == sf.mdapi.describe_metadata()
        True
    """

    def __init__(
        self,
        session: requests.Session,
        session_id: str,
        instance: str,
        metadata_url: str,
        headers: Mapping[str, str],
        api_version: str | float | None,
    ) -> None:
        client = SalesforceClient(session_id=session_id, instance=instance, version=api_version, session=session)
        client.headers.update({name: text for name, text in headers.items() if name.lower() != "authorization"})
        super().__init__(client)
