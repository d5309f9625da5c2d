"""Names of simple-salesforce's old releases (0.72 and before) that scripts still use."""

from __future__ import annotations

import warnings

from .salesforce import Salesforce


class SalesforceAPI(Salesforce):
    """`Salesforce` with the arguments that it had before it knew other logins than a user's password.

    Example:
        >>> SalesforceAPI("jo@acme.example", "password", "token", sandbox=True).auth_type
        'password'

    Raises:
        SalesforceAuthenticationFailed: the login was refused, or the org no longer has SOAP's login.
    """

    def __init__(
        self,
        username: str,
        password: str,
        security_token: str,
        sandbox: bool = False,
        sf_version: str | float | None = None,
    ) -> None:
        warnings.warn("SalesforceAPI is the old name: use Salesforce with keywords", DeprecationWarning, stacklevel=2)
        super().__init__(
            username=username,
            password=password,
            security_token=security_token,
            sandbox=sandbox,
            version=sf_version,
        )
