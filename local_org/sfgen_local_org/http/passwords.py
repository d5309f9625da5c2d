"""`sobjects/User/{id}/password`: whether a password has expired, setting one, and resetting it to a generated one.

Only the running user can log in to a local org: a new password of that user is what the next login needs.

Salesforce document: REST API Developer Guide, "sObject User Password", "Manage User Passwords".
"""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.errors import ApiError
from sfgen_local_org.http.router import Route
from sfgen_local_org.ids import to_18

if TYPE_CHECKING:
    from sfgen_local_org.http.site import Site

# What a new org asks of a password.
_SHORTEST = 8
_REMEMBERED = 3


@dataclass(slots=True)
class _Password:
    """The last passwords of a user, the valid one at the end."""

    last: list[str] = field(default_factory=list, repr=False)
    expired: bool = False


class UserPasswords:
    """The passwords of the users of one site, and the rules for new ones."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._of_user = {site.org.user_id: _Password([site.credentials.password])}

    def is_expired(self, user: str) -> bool:
        """Tell whether a user has to change the password at the next login.

        Raises:
            OrgError: NOT_FOUND, as with the other calls.
        """
        user_id = self._id(user)
        return user_id in self._of_user and self._of_user[user_id].expired

    def set(self, user: str, password: object) -> None:
        """Set a user's password.

        Raises:
            ApiError: INVALID_NEW_PASSWORD, or MISSING_ARGUMENT for none.
        """
        user_id = self._id(user)
        if not isinstance(password, str) or not password:
            raise ApiError(400, "MISSING_ARGUMENT", "NewPassword must be specified")
        known = self._of_user.get(user_id)
        if len(password) < _SHORTEST:
            raise _refused(f"Your password must be at least {_SHORTEST} characters long.")
        if not any(character.isalpha() for character in password) or not any(map(str.isdecimal, password)):
            raise _refused("Your password must have a mix of letters and numbers.")
        if known is not None and password in known.last:
            raise _refused("invalid repeated password")
        self._change(user_id, password, expired=False)

    def reset(self, user: str) -> str:
        """Set a generated password, which the user has to change, and return it."""
        password = secrets.token_urlsafe(9) + secrets.choice(string.ascii_letters) + secrets.choice(string.digits)
        self._change(self._id(user), password, expired=True)
        return password

    def _id(self, user: str) -> str:
        """Return the id of a user who is there, in 18 characters."""
        full = to_18(user) or user
        if full != self._site.org.user_id:
            self._site.org.retrieve("User", full, ["Id"])
        return full

    def _change(self, user_id: str, password: str, *, expired: bool) -> None:
        known = self._of_user.setdefault(user_id, _Password())
        known.last = [*known.last, password][-_REMEMBERED:]
        known.expired = expired
        self._site.org.password_changed(user_id)
        if user_id == self._site.org.user_id:
            self._site.credentials.password = password


class Passwords:
    """The password endpoints."""

    def __init__(self, passwords: UserPasswords) -> None:
        self._passwords = passwords

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        address = "/services/data/v{version}/sobjects/{user_object}/{record_id}/password"
        return [
            Route("GET", address, self.is_expired),
            Route("POST", address, self.set),
            Route("DELETE", address, self.reset),
        ]

    def is_expired(self, call: Call) -> Answer:
        """Tell whether the user has to change the password at the next login."""
        return Answer(200, {"isExpired": self._passwords.is_expired(call.args["record_id"])})

    def set(self, call: Call) -> Answer:
        """Set the password that the body has."""
        self._passwords.set(call.args["record_id"], call.json_object().get("NewPassword"))
        return Answer(204)

    def reset(self, call: Call) -> Answer:
        """Set a generated password, which the user has to change, and answer it."""
        return Answer(200, {"NewPassword": self._passwords.reset(call.args["record_id"])})


def _refused(why: str) -> ApiError:
    return ApiError(400, "INVALID_NEW_PASSWORD", why)
