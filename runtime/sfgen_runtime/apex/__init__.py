"""Calls of Apex REST classes, as generated clients make them: the same transport, errors and retries as all calls."""

from .bodies import Answers, JsonBody, binary, error_body, nothing, text
from .calls import ApexCall, ApexDocuments, ApexResource, as_json, flat, joined, spread

__all__ = [
    "Answers",
    "ApexCall",
    "ApexDocuments",
    "ApexResource",
    "JsonBody",
    "as_json",
    "binary",
    "error_body",
    "flat",
    "joined",
    "nothing",
    "spread",
    "text",
]
