"""Logging in: which way a set of credentials means, and the ways themselves."""

from .choice import ChosenLogin, choose_login, domain_of
from .simple import SalesforceLogin
from .ways import ClientOptions, LoginWays

__all__ = ["ChosenLogin", "ClientOptions", "LoginWays", "SalesforceLogin", "choose_login", "domain_of"]
