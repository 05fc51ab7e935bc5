"""Links in e-mails: signed, expiring, and good for one use.

A token holds no secret of its own. It carries a fingerprint of the state that it changes; once that state has
changed, the same token fits no more.
"""

import datetime as dt
from typing import Any, Literal

from django.core import signing
from django.utils.crypto import salted_hmac

from permits.errors import InvalidInputError
from permits.models import User

SIGN_UP_LIFETIME = dt.timedelta(hours=24)
RESET_LIFETIME = dt.timedelta(hours=1)
CHANGE_LIFETIME = dt.timedelta(hours=24)

Purpose = Literal["sign-up", "reset", "change-email"]
LIFETIMES: dict[Purpose, dt.timedelta] = {
    "sign-up": SIGN_UP_LIFETIME,
    "reset": RESET_LIFETIME,
    "change-email": CHANGE_LIFETIME,
}


class LinkExpiredError(InvalidInputError):
    """The link is older than it may be."""

    def __init__(self) -> None:
        super().__init__("Dieser Link ist abgelaufen. Bitte fordern Sie einen neuen an.")


class LinkInvalidError(InvalidInputError):
    """The link has been used, replaced or damaged."""

    def __init__(self) -> None:
        super().__init__(
            "Dieser Link gilt nicht mehr: Er wurde schon benutzt, durch einen neueren ersetzt oder "
            "nicht vollständig kopiert."
        )


def make_token(*, purpose: Purpose, **content: str) -> str:
    """Return a token for a link."""
    return signing.dumps(content, salt=_salt(purpose), compress=True)


def read_token(token: str, *, purpose: Purpose) -> dict[str, Any]:
    """Return what ``make_token`` was given. Raises LinkExpiredError or LinkInvalidError."""
    try:
        content: dict[str, Any] = signing.loads(token, salt=_salt(purpose), max_age=LIFETIMES[purpose])
    except signing.SignatureExpired as error:
        raise LinkExpiredError from error
    except signing.BadSignature as error:
        raise LinkInvalidError from error
    return content


def fingerprint(user: User) -> str:
    """Return a digest of the user's address, password and state, so that a link ends when one of them changes."""
    state = f"{user.pk}|{user.email}|{user.password}|{user.is_active}"
    return salted_hmac("permits.account_tokens.fingerprint", state, algorithm="sha256").hexdigest()[:32]


def _salt(purpose: Purpose) -> str:
    return f"permits.account.{purpose}"
