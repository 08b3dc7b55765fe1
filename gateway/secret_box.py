"""Secrets at rest: encrypted with a key derived from the gateway's secret key.

Fernet (AES-CBC with HMAC) of the cryptography package; the newest key encrypts, all of them decrypt, so
that a key can be replaced without losing what the old one closed.
"""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.errors import SettingsError


def derived_key(secret: str, purpose: str) -> bytes:
    """32 bytes for one `purpose` (RFC 5869): what leaks of one use says nothing about another."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"coldframe {purpose}".encode()).derive(
        secret.encode()
    )


class SecretBox:
    """Encrypts and decrypts short texts. `secrets`: the one in use first."""

    def __init__(self, secrets: Sequence[str]) -> None:
        keys = (base64.urlsafe_b64encode(derived_key(secret, "secrets at rest")) for secret in secrets)
        fernets = [Fernet(key) for key in keys]
        self._newest = fernets[0]
        self._fernet = MultiFernet(fernets)

    def close(self, text: str) -> str:
        """Encrypt."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, closed: str) -> str:
        """Decrypt. Raises SettingsError where it was closed with a key that is not given any more."""
        try:
            return self._fernet.decrypt(closed.encode()).decode()
        except InvalidToken:
            raise SettingsError(
                "A stored secret was encrypted with another secret key.",
                remedy="Add the old key behind the new one: COLDFRAME_SECRET_KEY=new,old.",
            ) from None

    def renew(self, closed: str) -> str:
        """The same text closed with the key in use; as it is where that closed it already. Raises
        SettingsError as `open` does."""
        try:
            self._newest.decrypt(closed.encode())
        except InvalidToken:
            return self.close(self.open(closed))
        return closed
