"""OAuth for machines without a browser: a code that a person enters elsewhere, while this one asks again and again.

Salesforce document: Salesforce Help, "OAuth 2.0 Device Flow for IoT Integration"; RFC 8628.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import SalesforceAuthenticationFailed, SalesforceConnectionError
from ..instance import origin_of
from .interactive import DEFAULT_SCOPE, tell

if TYPE_CHECKING:
    from .app import App
    from .oauth import TokenAnswer

# Seconds where the server doesn't say: how often to ask, how much longer when told to slow down, and until when.
_INTERVAL = 5.0
_SLOWER = 5.0
_LIFETIME = 600.0
_LONGEST_INTERVAL = 120.0


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What to tell the person: open `verification_uri` in any browser and enter `user_code`.

    Example:
        >>> print(DeviceCode("X7K2", "https://login.salesforce.com/setup/connect", device_code="..."))
        To log in to Salesforce, open https://login.salesforce.com/setup/connect and enter the code X7K2
    """

    user_code: str
    verification_uri: str
    device_code: str = field(repr=False)
    interval: float = _INTERVAL
    lifetime: float = _LIFETIME

    def __str__(self) -> str:
        return f"To log in to Salesforce, open {self.verification_uri} and enter the code {self.user_code}"


def tell_code(code: DeviceCode) -> None:
    """Tell the person at the terminal where to enter the code."""
    tell(str(code))


@dataclass(frozen=True, slots=True)
class DeviceFlow:
    """Gets a code, shows it, and asks at the server's pace whether the person has agreed.

    `sleep` and `clock`, in seconds, are there for tests and for event loops of one's own.
    """

    app: App
    scope: str = DEFAULT_SCOPE
    show: Callable[[DeviceCode], object] = field(default=tell_code, repr=False)
    sleep: Callable[[float], object] = field(default=time.sleep, repr=False)
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)

    def __call__(self) -> TokenAnswer:
        """Log in.

        Raises:
            SalesforceAuthenticationFailed: the person denied it or let the code run out, or the app may not do this.
            SalesforceConnectionError: the login service doesn't answer the first request.
        """
        code = _device_code(self._start())
        self.show(code)
        return self._poll(code)

    def _start(self) -> dict[str, Any]:
        try:
            return self.app.post({"response_type": "device_code", "scope": self.scope})
        except SalesforceAuthenticationFailed as error:
            told = error.auth_message.rstrip(". ")
            raise SalesforceAuthenticationFailed(
                error.code, f"{told}. The app needs the device flow enabled in its OAuth settings"
            ) from None

    def _poll(self, code: DeviceCode) -> TokenAnswer:
        deadline, interval = self.clock() + code.lifetime, code.interval
        while True:
            self.sleep(interval)
            if self.clock() >= deadline:
                raise SalesforceAuthenticationFailed(
                    "LOGIN_TIMEOUT", f"nobody entered the code {code.user_code} before it ran out; start again"
                )
            try:
                return self.app.token({"grant_type": "device", "code": code.device_code}, code.device_code)
            except SalesforceAuthenticationFailed as error:
                if error.code == "slow_down":
                    interval = min(interval + _SLOWER, _LONGEST_INTERVAL)
                elif error.code != "authorization_pending":
                    raise
            except SalesforceConnectionError:
                # The person may be about to agree: asking again does no harm, if not as often.
                interval = min(interval * 2, _LONGEST_INTERVAL)


def _device_code(answer: dict[str, Any]) -> DeviceCode:
    device_code, user_code, uri = (answer.get(key) for key in ("device_code", "user_code", "verification_uri"))
    if not (isinstance(device_code, str) and isinstance(user_code, str) and isinstance(uri, str)):
        raise SalesforceAuthenticationFailed("UNUSABLE_ANSWER", "the answer has no device code")
    try:
        origin_of(uri)
    except ValueError as error:
        raise SalesforceAuthenticationFailed("UNUSABLE_ANSWER", str(error)) from None
    if not (user_code.isprintable() and uri.isprintable()):
        # A terminal would obey it.
        raise SalesforceAuthenticationFailed("UNUSABLE_ANSWER", "the device code has control characters")
    interval = min(_number(answer.get("interval"), _INTERVAL), _LONGEST_INTERVAL)
    return DeviceCode(user_code, uri, device_code, interval, _number(answer.get("expires_in"), _LIFETIME))


def _number(value: object, default: float) -> float:
    """Return a number of seconds; some servers write it as text."""
    try:
        number = float(value) if isinstance(value, (int, float, str)) else default
    except ValueError:
        return default
    return number if number >= 0 else default
