"""The Metadata API: deploying and retrieving archives, and reading and writing single components.

Example:
    >>> with open("package.zip", "rb") as archive:
    ...     started = sf.mdapi.deploy(archive, sandbox=True, checkOnly=True)
    >>> sf.mdapi.check_deploy_status(started.id).state
    'Succeeded'
"""

from .api import MetadataApi, MetadataType
from .by_hand import SfdcMetadataApi
from .results import DeployStatus, MetadataNotSaved, RetrievedZip, RetrieveStatus, Started
from .values import Component

__all__ = [
    "Component",
    "DeployStatus",
    "MetadataApi",
    "MetadataNotSaved",
    "MetadataType",
    "RetrieveStatus",
    "RetrievedZip",
    "SfdcMetadataApi",
    "Started",
]
