"""Logging in: which way a set of credentials means, and the ways themselves."""

from .choice import ChosenLogin, choose_login
from .simple import SalesforceLogin

__all__ = ["ChosenLogin", "SalesforceLogin", "choose_login"]
