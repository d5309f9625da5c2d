"""What OAuth's endpoints share: forms, the app that asks, and how a grant is refused."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote_plus

from sfgen_local_org.http.call import Answer, Call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sfgen_local_org.http.site import Site

NOT_STORED = {"Cache-Control": "no-cache, no-store", "Pragma": "no-cache"}


class RefusedGrantError(Exception):
    """A grant that is refused, by OAuth's error code and Salesforce's description."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.answer = Answer(status, {"error": error, "error_description": description}, NOT_STORED)


def form_of(call: Call) -> dict[str, str]:
    """Return the fields of a form; the last of a name counts."""
    return dict(parse_qsl(call.body.decode(errors="replace"), keep_blank_values=True))


def app_of(form: Mapping[str, str], call: Call) -> tuple[str, str]:
    """Return consumer key and secret, from the form or from Basic authorization."""
    kind, _, value = call.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            key, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeError):
            return "", ""
        # RFC 6749 has both form-encoded inside Basic; most clients send them plain, and ours hold no % or +.
        return unquote_plus(key), unquote_plus(secret)
    return form.get("client_id", ""), form.get("client_secret", "")


def check_app(site: Site, form: Mapping[str, str], call: Call, *, secret_needed: bool) -> bool:
    """Check who asks for a token; tell whether the app showed its secret.

    Raises:
        RefusedGrantError: another app, a wrong secret, or none where one is needed.
    """
    key, secret = app_of(form, call)
    check_key(site, key)
    if not secret and not secret_needed:
        return False
    if not site.credentials.is_app_secret(secret):
        raise RefusedGrantError("invalid_client", "invalid client credentials")
    return True


def check_key(site: Site, key: str) -> None:
    """Check a consumer key.

    Raises:
        RefusedGrantError: it is none of the connected app's.
    """
    if key != site.credentials.consumer_key:
        raise RefusedGrantError("invalid_client_id", "client identifier invalid")
