"""The errors of the REST API, as one exception that carries what the wire needs.

Salesforce document: REST API Developer Guide, "Status Codes and Error Responses"; SOAP API Developer Guide,
"StatusCode".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class OrgError(Exception):
    """The org refuses. `status` is the HTTP status, `code` the errorCode, `fields` the record's fields at fault.

    `choices` are the URLs of an upsert or a lookup that matches more than one record (status 300).

    Example:
        >>> OrgError(400, "STRING_TOO_LONG", "too large", ["LastName"]).as_json()
        {'message': 'too large', 'errorCode': 'STRING_TOO_LONG', 'fields': ['LastName']}
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        fields: Iterable[str] | None = None,
        *,
        choices: Iterable[str] = (),
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = list(fields or ())
        self.choices = list(choices)
        self._of_record = fields is not None

    def as_json(self) -> dict[str, Any]:
        """Return one item of the error array; `fields` is there only for the errors of a record's values."""
        answer: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        if self._of_record:
            answer["fields"] = list(self.fields)
        return answer


def not_found() -> OrgError:
    """No such object or record."""
    return OrgError(404, "NOT_FOUND", "The requested resource does not exist")


def no_such_field(name: str, sobject: str) -> OrgError:
    """A record names a field that the object doesn't have."""
    return OrgError(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject}")
