"""The clients under the module name that simple-salesforce has for them, with what scripts take from there besides.

Example:
    >>> Salesforce(session_id=sf.session_id, instance_url=server.url).sf_version == DEFAULT_API_VERSION
    True
"""

from .exceptions import SalesforceGeneralError
from .instance import DEFAULT_API_VERSION
from .login import SalesforceLogin
from .salesforce import Salesforce
from .sftype import SFType
from .usage import PerAppUsage, Usage
from .util import date_to_iso8601, exception_handler

__all__ = [
    "DEFAULT_API_VERSION",
    "PerAppUsage",
    "SFType",
    "Salesforce",
    "SalesforceGeneralError",
    "SalesforceLogin",
    "Usage",
    "date_to_iso8601",
    "exception_handler",
]
