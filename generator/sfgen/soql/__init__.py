"""SOQL: its grammar, its syntax tree, and the way back to text. Knows the language, not any org's schema.

Salesforce document: SOQL and SOSL Reference.
"""

from .ast import Query
from .parser import SoqlSyntaxError, parse, position_of
from .unparse import unparse

__all__ = ["Query", "SoqlSyntaxError", "parse", "position_of", "unparse"]
