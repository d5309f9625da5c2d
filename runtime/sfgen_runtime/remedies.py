"""What to do about errors whose code has no class of its own, and about logins that were refused.

Salesforce document: SOAP API Developer Guide, "StatusCode" and "ExceptionCode"; Salesforce Help, "OAuth 2.0 Error
Codes".
"""

from __future__ import annotations

_TOGETHER = "Nothing is wrong with this one: mend what failed beside it, and send them again together."

_BY_CODE = {
    "ALL_OR_NONE_OPERATION_ROLLED_BACK": _TOGETHER,
    "CANNOT_UPDATE_CONVERTED_LEAD": "Change the contact, account or opportunity that the lead became.",
    "DELETE_FAILED": "Delete the records that refer to it first, or point them at another one.",
    "DEPENDENCY_EXISTS": "Remove what depends on it first.",
    "ENTITY_IS_LOCKED": "An approval process holds the record: wait until it is decided, or ask an admin to unlock it.",
    "EXCEEDED_ID_LIMIT": "Send 200 records a request at most, as create_many and the other collection verbs do.",
    "FUNCTIONALITY_NOT_ENABLED": "An admin can switch the feature on in Setup, if the org's edition has it.",
    "INACTIVE_OWNER_OR_USER": "Give the record an active user as its owner.",
    "INVALID_EMAIL_ADDRESS": "Correct the address, or leave the field out.",
    "INVALID_ID_FIELD": "Check the ids: each must be of the object that its field refers to.",
    "INVALID_NEW_PASSWORD": "Choose a password that the org's password policies allow.",
    "INVALID_QUERY_FILTER_OPERATOR": "Use an operator that the field's type has; its describe tells the type.",
    "INVALID_SEARCH": "Check the SOSL; sf.find(...) writes it, and sf.quick_search escapes a text.",
    "JSON_PARSER_ERROR": "Give each field a value of its type: dates as date objects or 2026-01-31, lookups as ids.",
    "LIMIT_EXCEEDED": "Do less in one transaction; sf.limits() shows what is left of the limits of a day.",
    "MALFORMED_SEARCH": "Check the SOSL; sf.find(...) writes it, and sf.quick_search escapes a text.",
    "METHOD_NOT_ALLOWED": "Use a method that the path takes; the message lists them.",
    "MISSING_ARGUMENT": "Give the argument that the message names.",
    "NUMBER_OUTSIDE_VALID_RANGE": "Give a number that the field's precision and scale can hold; its describe has them.",
    "PROCESSING_HALTED": _TOGETHER,
    "TXN_SECURITY_METERING_ERROR": "A transaction security policy of the org stopped it; its admin knows the policy.",
    "UNKNOWN_EXCEPTION": "Try once more; if it stays, give Salesforce's support the ErrorId or the request's id.",
    "UNSUPPORTED_API_VERSION": "Give version= one that the org has; the path /services/data lists them.",
    "UNSUPPORTED_MEDIA_TYPE": "Send the body as JSON, or with the Content-Type that the path takes.",
    "URI_TOO_LONG": "Ask for less at a time; sf.query sends a long query in the body of a request.",
}


def remedy_for(status: int, code: str | None) -> str:
    """Return what to do about a code, else about a status; nothing where neither says enough.

    Example:
        >>> remedy_for(400, "INVALID_EMAIL_ADDRESS")
        'Correct the address, or leave the field out.'
    """
    if code in _BY_CODE:
        return _BY_CODE[code]
    if not isinstance(status, int):
        return ""  # as in simple-salesforce, a batch that failed has its state there
    if status == 400:
        return "Change the request as the message says: as it is it will be refused again."
    if status == 403:
        return "Check the user's permissions in Setup, and the org's limits by sf.limits()."
    if status >= 500:
        return "Try again later; if it stays, give Salesforce's support the time and the request's id."
    return ""


_HISTORY = "Setup > Login History has the reason"
_APP = "Check consumer_key and consumer_secret, and where they go; a new app takes some minutes until it works."
_PERSON = (
    "Check the user name, the password and the security token; a sandbox needs domain='test' or its My Domain. "
    f"{_HISTORY}."
)
_LOGIN_BY_CODE = {
    "INVALID_LOGIN": _PERSON,
    "LOGIN_MUST_USE_SECURITY_TOKEN": "Give security_token=, or let an admin add this network to the trusted ones.",
    "PASSWORD_LOCKOUT": "Wait until the lockout ends, or let an admin unlock the user.",
    "inactive_org": "The org is locked or closed: ask Salesforce.",
    "inactive_user": "Let an admin activate or unfreeze the user.",
    "invalid_app_access": "Let an admin give the user access to the app, by its policies or a permission set.",
    "invalid_client": _APP,
    "invalid_client_credentials": _APP,
    "invalid_client_id": _APP,
    "login_rate_exceeded": "Log in less often: one session serves many calls and threads. Try again in an hour.",
    "rate_limit_exceeded": "Log in less often: one session serves many calls and threads. Try again in an hour.",
    "unsupported_grant_type": "Enable this flow in the app's OAuth settings, or log in another way.",
}
# Of `invalid_grant` the message tells which of its many reasons it is.
_GRANT_BY_MESSAGE = {
    "authentication failure": f"{_PERSON} The org may have the username-password flow switched off.",
    "approved this consumer": "Let an admin pre-authorize the user in the app's policies.",
    "client credentials user": "Choose the user that the app runs as, in its policies under Client Credentials Flow.",
    "audience": "Sandboxes and scratch orgs need domain='test'; others domain='login'.",
    "invalid assertion": "Check that the app has the certificate of this private key, and this machine's clock.",
}


def login_remedy_for(code: str | int | None, message: str) -> str:
    """Return what to do about a refused login; nothing where its message says that itself.

    Example:
        >>> login_remedy_for("inactive_user", "user is inactive")
        'Let an admin activate or unfreeze the user.'
    """
    if "Remedy:" in message:
        return ""
    if code == "invalid_grant":
        return next((remedy for part, remedy in _GRANT_BY_MESSAGE.items() if part in message), f"{_HISTORY}.")
    if isinstance(code, int) and code >= 500:
        return "Try again later; status.salesforce.com shows known incidents."
    return _LOGIN_BY_CODE.get(str(code), "")
