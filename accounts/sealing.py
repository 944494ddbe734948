"""Secrets that must be read again (second factors, mails that wait, a new key), sealed at rest.

By Fernet of `cryptography`, with keys made from SECRET_KEY and SECRET_KEY_FALLBACKS.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(text: str) -> str:
    """What can be stored in place of a secret."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str, within: int | None = None) -> str:
    """The secret; raises cryptography.fernet.InvalidToken where the key is another now.

    So it does where it was sealed more than `within` seconds ago.
    """
    return _box().decrypt(sealed.encode(), ttl=within).decode()


def _box() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(key)) for key in keys])


def _key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(f"accounts.sealing:{secret}".encode()).digest())
