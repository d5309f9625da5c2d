"""The one exception that the command line shows as it is."""

from __future__ import annotations


class SfgenError(Exception):
    """A failure that the user can mend: its text is one readable paragraph that names the cause and the remedy.

    The text never holds a secret, since it is printed and lands in CI logs.
    """
