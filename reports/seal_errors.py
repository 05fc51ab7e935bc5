"""What can go wrong while sealing."""

from __future__ import annotations


class SealError(Exception):
    """A document cannot be sealed. The message is German."""
