"""OAuth 2.0: the token endpoint's grants, revocation, and who the user is.

Salesforce document: "OAuth Authorization Flows", "Identity URLs", "Query for Information About a User".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import jwt

from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.consent import Consent
from sfgen_local_org.http.errors import not_found
from sfgen_local_org.http.grants import NOT_STORED, RefusedGrantError, check_app, check_key, form_of
from sfgen_local_org.http.router import Route

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sfgen_local_org.http.site import Site

# What a session's timeout is unless an org sets another one.
_SESSION_SECONDS = 7_200
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class OAuth:
    """The OAuth endpoints of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._consent = Consent(site)
        self._grants = {
            "authorization_code": self._consent.redeem_code,
            "device": self._consent.redeem_device,
            "password": self._password,
            "client_credentials": self._client_credentials,
            "refresh_token": self._refresh_token,
            _JWT_BEARER: self._jwt_bearer,
        }

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [
            Route("POST", "/services/oauth2/token", self.token, public=True),
            Route("POST", "/services/oauth2/revoke", self.revoke, public=True),
            Route("GET", "/services/oauth2/revoke", self.revoke, public=True),
            Route("GET", "/services/oauth2/userinfo", self.userinfo),
            Route("POST", "/services/oauth2/userinfo", self.userinfo),
            Route("POST", "/services/oauth2/introspect", self.introspect, public=True),
            Route("GET", "/id/{org}/{user}", self.identity),
            *self._consent.routes(),
        ]

    def token(self, call: Call) -> Answer:
        """Exchange a grant for an access token."""
        form = form_of(call)
        try:
            if form.get("response_type") == "device_code":
                return self._consent.start_device(form, call)
            grant = self._grants.get(form.get("grant_type", ""))
            if grant is None:
                raise RefusedGrantError("unsupported_grant_type", "grant type not supported")
            extra = grant(form, call)
        except RefusedGrantError as refused:
            return refused.answer
        issued_at = str(int(time.time() * 1000))
        body = {
            "access_token": self._site.sessions.open(),
            "signature": self._signature(issued_at),
            **extra,
            "instance_url": self._site.url,
            "id": self._site.identity_url,
            "token_type": "Bearer",
            "issued_at": issued_at,
        }
        return Answer(200, body, NOT_STORED)

    def revoke(self, call: Call) -> Answer:
        """End the token that is named in the form or the query."""
        token = form_of(call).get("token") or call.query.get("token", "")
        if self._site.sessions.revoke(token):
            return Answer(200)
        return RefusedGrantError("unsupported_token_type", "this token type is not supported").answer

    def introspect(self, call: Call) -> Answer:
        """Tell the app that asks whether a token is valid, whose it is and when it ends."""
        form = form_of(call)
        try:
            check_app(self._site, form, call, secret_needed=True)
        except RefusedGrantError as refused:
            return refused.answer
        token, sessions, now = form.get("token", ""), self._site.sessions, int(time.time())
        if not (sessions.is_open(token) or sessions.is_refresh(token)):
            return Answer(200, {"active": False}, NOT_STORED)
        body = {
            "active": True,
            "scope": "api refresh_token",
            "client_id": self._site.credentials.consumer_key,
            "username": self._site.credentials.username,
            "sub": self._site.identity_url,
            "token_type": "access_token" if sessions.is_open(token) else "refresh_token",
            "exp": now + _SESSION_SECONDS,
            "iat": now,
            "nbf": now,
        }
        return Answer(200, body, NOT_STORED)

    def userinfo(self, call: Call) -> Answer:
        """Answer the OpenID Connect claims of the running user."""
        return Answer(200, self._claims())

    def identity(self, call: Call) -> Answer:
        """Answer what the identity URL says of the running user."""
        org_id, user_id = self._site.org.id, self._site.org.user_id
        if call.args["org"][:15] != org_id[:15] or call.args["user"][:15] != user_id[:15]:
            raise not_found()
        claims = self._claims()
        same = ("user_id", "organization_id", "email", "photos", "urls", "active", "user_type", "language", "locale")
        return Answer(
            200,
            {
                "id": self._site.identity_url,
                "asserted_user": True,
                **{key: claims[key] for key in same},
                "username": claims["preferred_username"],
                "nick_name": claims["nickname"],
                "display_name": claims["name"],
                "email_verified": True,
                "first_name": claims["given_name"],
                "last_name": claims["family_name"],
                "timezone": claims["zoneinfo"],
                "utcOffset": claims["utcOffset"],
                "last_modified_date": claims["updated_at"],
                "is_app_installed": True,
            },
        )

    # -- grants: each returns what its answer has more than the others', or raises RefusedGrantError

    def _password(self, form: Mapping[str, str], call: Call) -> dict[str, str]:
        check_app(self._site, form, call, secret_needed=True)
        if not self._site.credentials.is_user(form.get("username", ""), form.get("password", "")):
            raise RefusedGrantError("invalid_grant", "authentication failure")
        return {}

    def _client_credentials(self, form: Mapping[str, str], call: Call) -> dict[str, str]:
        check_app(self._site, form, call, secret_needed=True)
        return {"scope": "api", "token_format": "opaque"}

    def _refresh_token(self, form: Mapping[str, str], call: Call) -> dict[str, str]:
        # An app that keeps no secret (a web flow with PKCE) refreshes without one.
        check_app(self._site, form, call, secret_needed=False)
        if not self._site.sessions.is_refresh(form.get("refresh_token", "")):
            raise RefusedGrantError("invalid_grant", "expired access/refresh token")
        return {"scope": "refresh_token api"}

    def _jwt_bearer(self, form: Mapping[str, str], call: Call) -> dict[str, str]:
        # No certificate is registered with the local org, so the claims count and the signature can't be checked.
        try:
            claims = jwt.decode(
                form.get("assertion", ""),
                options={"verify_signature": False, "verify_aud": False, "verify_exp": True, "require": ["exp"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise RefusedGrantError("invalid_grant", "expired authorization code") from error
        except jwt.PyJWTError as error:
            raise RefusedGrantError("invalid_grant", "invalid assertion") from error
        check_key(self._site, str(claims.get("iss", "")))
        if str(claims.get("sub", "")).lower() != self._site.credentials.username.lower():
            raise RefusedGrantError("invalid_grant", "user hasn't approved this consumer")
        return {"scope": "api"}

    def _signature(self, issued_at: str) -> str:
        signed = (self._site.identity_url + issued_at).encode()
        key = self._site.credentials.consumer_secret.encode()
        return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()

    def _claims(self) -> dict[str, Any]:
        site = self._site
        user, url = site.org.user, site.url
        zone = user.get("TimeZoneSidKey") or "GMT"
        picture = f"{url}/profilephoto/005/F"
        data = f"{url}/services/data/v{{version}}"
        return {
            "sub": site.identity_url,
            "user_id": site.org.user_id,
            "organization_id": site.org.id,
            "preferred_username": site.credentials.username,
            "nickname": user.get("CommunityNickname") or site.credentials.username.partition("@")[0],
            "name": user.get("Name") or site.credentials.username,
            "email": user.get("Email") or site.credentials.username,
            "email_verified": True,
            "given_name": user.get("FirstName"),
            "family_name": user.get("LastName") or site.credentials.username,
            "zoneinfo": zone,
            "photos": {"picture": picture, "thumbnail": f"{url}/profilephoto/005/T"},
            "profile": f"{url}/{site.org.user_id}",
            "picture": picture,
            "address": {},
            "urls": {
                "enterprise": f"{url}/services/Soap/c/{{version}}/{site.org.id}",
                "partner": f"{url}/services/Soap/u/{{version}}/{site.org.id}",
                "rest": f"{data}/",
                "sobjects": f"{data}/sobjects/",
                "search": f"{data}/search/",
                "query": f"{data}/query/",
                "recent": f"{data}/recent/",
                "profile": f"{url}/{site.org.user_id}",
            },
            "active": True,
            "user_type": "STANDARD",
            "language": user.get("LanguageLocaleKey") or "en_US",
            "locale": user.get("LocaleSidKey") or "en_US",
            "utcOffset": _offset(zone),
            "updated_at": user.get("LastModifiedDate") or "2024-01-01T00:00:00.000+0000",
        }


def _offset(zone: str) -> int:
    """Return the zone's present offset from UTC in milliseconds; 0 for a name that this machine doesn't know."""
    try:
        offset = datetime.now(UTC).astimezone(ZoneInfo(zone)).utcoffset()
    except (KeyError, ValueError, OSError):
        offset = None
    return int(offset.total_seconds() * 1000) if offset else 0
