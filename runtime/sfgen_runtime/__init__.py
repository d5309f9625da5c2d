"""Run time of sfgen: all that generated code imports, and a client for any org without generated code."""

from .client import SalesforceClient
from .salesforce import Salesforce
from .sftype import SFType

__all__ = ["SFType", "Salesforce", "SalesforceClient"]
