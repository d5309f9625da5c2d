"""The clients under the module name that simple-salesforce has for them."""

from .instance import DEFAULT_API_VERSION
from .salesforce import Salesforce
from .sftype import SFType

__all__ = ["DEFAULT_API_VERSION", "SFType", "Salesforce"]
