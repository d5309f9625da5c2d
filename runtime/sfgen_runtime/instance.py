"""Where an org is: origins, hosts and API versions, checked before a token goes there."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

# simple-salesforce's own default, so that a script that moves over sees the same fields. Generated packages pin theirs.
DEFAULT_API_VERSION = "59.0"
_VERSION = re.compile(r"([1-9][0-9]{0,2})(?:\.([0-9]))?", re.ASCII)
_PORTS = {"https": 443, "http": 80}
# Host suffixes that Salesforce serves orgs under; any other host must be given as a URL.
_SALESFORCE_HOST = re.compile(
    r"(?i)\.(salesforce\.(com|mil)|force\.(com|mil)|cloudforce\.(com|mil)|database\.com|sfcrmproducts\.cn|crmforce\.mil)$"
)
_HOST = re.compile(r"[A-Za-z0-9._-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")


def api_version(version: object) -> str:
    """Return an API version as paths write it, ``62.0``; 62, 62.0, "62" and "62.0" are the same one.

    Raises:
        ValueError: anything else; a leading ``v`` is refused as simple-salesforce's login does.
    """
    match = _VERSION.fullmatch(str(version))
    if match is None:
        raise ValueError(f"API version {version!r} is not understood; write it like '62.0', without a leading 'v'")
    return f"{match[1]}.{match[2] or 0}"


def is_loopback(host: str | None) -> bool:
    """Tell whether a host name or address is this machine."""
    if host is None:
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def origin_of(url: str) -> str:
    """Return the scheme, host and port of a URL, lower case, without the scheme's own port.

    Raises:
        ValueError: not a URL of a host, or plain http to anything but this machine, which would show the token.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in _PORTS or not host or not _HOST.fullmatch(parts.netloc):
        raise ValueError(f"{url!r} is no URL of an org; write it like 'https://acme.my.salesforce.com'")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError(f"{url!r} would send the session in the clear; use https (http is for this machine only)")
    netloc = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{netloc}" + (f":{port}" if port not in (None, _PORTS[parts.scheme]) else "")


def host_of(origin: str) -> str:
    """Return the ``host[:port]`` of an origin: what simple-salesforce calls the instance."""
    return origin.partition("://")[2]


def origin_of_instance(instance: str) -> str:
    """Return the origin that ``instance=`` or ``instance_url=`` means: a host name, with or without scheme, port, path.

    A host on this machine without a scheme is reached by http.
    """
    if "://" in instance:
        return origin_of(instance)
    host = instance.partition("/")[0]
    name = urlsplit(f"//{host}").hostname
    return origin_of(f"{'http' if is_loopback(name) else 'https'}://{host}")


def origin_of_domain(domain: str) -> str:
    """Return the origin that ``domain=`` means.

    ``login``, ``test`` and ``acme.my`` are what stands before ``.salesforce.com``; a whole host or a URL is itself.
    """
    host = domain.partition("/")[0]
    whole = "://" in domain or ":" in host or _SALESFORCE_HOST.search(host) or is_loopback(host)
    return origin_of_instance(domain) if whole else origin_of(f"https://{domain}.salesforce.com")
