"""Calls of Apex REST classes, as generated clients make them: the same transport, errors and retries as all calls."""

from .bodies import Answers, JsonBody, binary, error_body, nothing, text
from .calls import ApexCall, ApexDocuments, ApexResource, joined

__all__ = [
    "Answers",
    "ApexCall",
    "ApexDocuments",
    "ApexResource",
    "JsonBody",
    "binary",
    "error_body",
    "joined",
    "nothing",
    "text",
]
