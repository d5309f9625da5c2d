"""Where refresh tokens are kept between runs: the system's keyring, or what a program brings along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from types import ModuleType


class TokenStore(Protocol):
    """Keeps refresh tokens by account: the login site and the app, so that a token goes back only where it is from.

    Example:
        >>> class Remembered(dict[str, str]):
        ...     def load(self, account: str) -> str | None:
        ...         return self.get(account)
        ...     def save(self, account: str, refresh_token: str) -> None:
        ...         self[account] = refresh_token
        ...     def delete(self, account: str) -> None:
        ...         self.pop(account, None)
        >>> store: TokenStore = Remembered()
        >>> sf = Salesforce.from_web_login("3MVG9...", domain="acme.my", token_store=store)
        >>> len(store)
        1
    """

    def load(self, account: str) -> str | None:
        """Return the account's refresh token, None where there is none."""
        ...

    def save(self, account: str, refresh_token: str) -> None:
        """Keep a refresh token in place of the one before."""
        ...

    def delete(self, account: str) -> None:
        """Forget the account's refresh token, if there is one."""
        ...


class KeyringTokenStore:
    """The system's keyring: macOS Keychain, Windows Credential Locker, Secret Service. Needs ``sfgen[keyring]``.

    `name` tells several users of one app apart.

    Example:
        >>> store = KeyringTokenStore("jo")
        >>> sf = Salesforce.from_web_login("3MVG9...", domain="acme.my", token_store=store)

    Raises:
        ImportError: the extra isn't installed; the message has the line that does it.
        RuntimeError: this machine has no keyring, or one that writes plain files.
    """

    def __init__(self, name: str = "default") -> None:
        self._service = f"sfgen {name}"
        _keyring()

    def __repr__(self) -> str:
        return f"<KeyringTokenStore {self._service!r}>"

    def load(self, account: str) -> str | None:
        """Return the account's refresh token, None where there is none.

        Example:
            >>> KeyringTokenStore("nobody").load("https://login.salesforce.com 3MVG9...") is None
            True
        """
        found = _keyring().get_password(self._service, account)
        return found if isinstance(found, str) and found else None

    def save(self, account: str, refresh_token: str) -> None:
        """Keep a refresh token in place of the one before.

        Example:
            >>> store = KeyringTokenStore("jo")
            >>> store.save("https://login.salesforce.com 3MVG9...", "5Aep...")
            >>> store.load("https://login.salesforce.com 3MVG9...")
            '5Aep...'
        """
        _keyring().set_password(self._service, account, refresh_token)

    def delete(self, account: str) -> None:
        """Forget the account's refresh token, if there is one.

        Example:
            >>> KeyringTokenStore("jo").delete("https://login.salesforce.com 3MVG9...")
        """
        if self.load(account) is not None:
            _keyring().delete_password(self._service, account)


def _keyring() -> ModuleType:
    try:
        import keyring
    except ImportError:
        raise ImportError("keeping logins in the system's keyring needs: pip install 'sfgen[keyring]'") from None
    for backend in _backends(keyring.get_keyring()):
        kind = type(backend)
        if kind.__module__ == "keyring.backends.fail":
            raise RuntimeError("this machine has no keyring that logins could be kept in; leave out token_store=")
        if "plaintext" in kind.__name__.lower():
            raise RuntimeError(
                f"the keyring here, {kind.__module__}.{kind.__name__}, writes secrets into a plain file; "
                "logins are not kept in one. Choose another backend (see 'keyring --list-backends'), or leave out "
                "token_store="
            )
    return keyring


def _backends(keyring: Any) -> list[Any]:
    """Return the backend, or those that a chain of them tries."""
    return [keyring, *getattr(keyring, "backends", ())]
