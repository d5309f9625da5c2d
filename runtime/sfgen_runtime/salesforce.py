"""The untyped client: every object of the org as an attribute, without generated code."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .attributes import nearest_attribute, property_again
from .client import SalesforceClient

if TYPE_CHECKING:
    from .sftype import SFType


class Salesforce(SalesforceClient):
    """A client whose attributes are objects: ``sf.Contact.create({"LastName": "Smith"})``.

    Generated packages have a ``Salesforce`` of their own, in which a misspelt object is a type error.

    Example:
        >>> sf = Salesforce(session_id=server.session_id, instance_url=server.url)
        >>> sf.Contact.create({"LastName": "Smith"}).success
        True
    """

    def __getattr__(self, name: str) -> SFType:
        if hasattr(type(self), name):
            return cast("SFType", property_again(self, name))
        # Only called for what the class and the instance don't have. Protocols of Python and private state of ours are
        # no objects, nor is a lower-case word without the "__" of custom and packaged names: that is a typo.
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        if not name[0].isupper() and "__" not in name:
            hint = f"{nearest_attribute(self, name)} An object of that name is sf.sobject({name!r})".strip()
            raise AttributeError(f"no method or attribute {name!r}: {hint}")
        return self.sobject(name)
