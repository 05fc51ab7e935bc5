"""Accounts: sign-up with a confirmed address, password, change of address, profile.

Nobody learns here whether an address has an account: the page says the same in both cases, and the mail differs.
"""

import datetime as dt
import hashlib
import uuid

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from permits import legal_time
from permits.errors import InvalidInputError
from permits.mail import queue_mail
from permits.models import Assurance, Identity, OutgoingMail, User
from permits.services import account_mails, audit
from permits.services.account_tokens import LinkInvalidError, fingerprint, make_token, read_token

LOCAL_ISSUER = "local"
# Nobody can flood a stranger's mail box through our forms.
MAILS_PER_HOUR = 5


class EmailTakenError(InvalidInputError):
    """Another account has this address."""

    def __init__(self) -> None:
        super().__init__("Mit dieser E-Mail-Adresse gibt es schon ein Konto.", field="email")


def find_user(email: str) -> User | None:
    """Return the active user with this address, whatever its case."""
    return User.objects.filter(email__iexact=email.strip(), is_active=True).first()


@transaction.atomic
def sign_up(*, email: str) -> None:
    """Send a link to ``email`` that opens an account; who has one gets a mail that says so."""
    address = email.strip()
    if User.objects.filter(email__iexact=address).exists():
        _send(to=address, mail=account_mails.already_registered(sign_in_url=_absolute("sign_in")))
        return
    token = make_token(purpose="sign-up", email=address)
    _send(to=address, mail=account_mails.confirm_sign_up(url=_absolute("confirm_email", token=token)))


def email_of_sign_up(token: str) -> str:
    """Return the address that a sign-up link proves. Raises LinkExpiredError, or LinkInvalidError once it was used."""
    email: str = read_token(token, purpose="sign-up")["email"]
    if User.objects.filter(email__iexact=email).exists():
        raise LinkInvalidError
    return email


@transaction.atomic
def confirm_email(*, token: str, given_name: str, family_name: str, password: str, phone: str = "") -> User:
    """Open the account that a sign-up link promises. A second use of the link raises LinkInvalidError."""
    email = email_of_sign_up(token)
    try:
        return create_account(
            email=email, given_name=given_name, family_name=family_name, password=password, phone=phone
        )
    except EmailTakenError as error:
        raise LinkInvalidError from error


@transaction.atomic
def create_account(
    *, email: str, given_name: str, family_name: str, password: str, phone: str = "", by: User | None = None
) -> User:
    """Create a user with a confirmed address and a local identity ("Testzugang"). Raises EmailTakenError."""
    user = User(
        email=User.objects.normalize_email(email.strip()),
        given_name=given_name.strip(),
        family_name=family_name.strip(),
        phone=phone.strip(),
        email_confirmed_at=legal_time.now(),
    )
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise EmailTakenError from error
    Identity.objects.create(user=user, issuer=LOCAL_ISSUER, subject=str(user.uuid), assurance=Assurance.TEST)
    actor, subject = by or user, {"user": str(user.uuid)}
    audit.record(type="account.created", by=actor, subject=subject)
    audit.record(type="account.email_confirmed", by=actor, subject=subject, payload={"email": user.email})
    return user


@transaction.atomic
def request_password_reset(*, email: str) -> None:
    """Send a link for a new password; for an unknown address nothing is sent, and nobody is told."""
    user = find_user(email)
    if user is None:
        return
    token = make_token(purpose="reset", user=str(user.uuid), state=fingerprint(user))
    _send(to=user.email, user=user, mail=account_mails.reset_password(url=_absolute("set_password", token=token)))


def user_of_reset(token: str) -> User:
    """Return whose password a link may set. Raises LinkExpiredError or LinkInvalidError."""
    return _user_of(read_token(token, purpose="reset"))


@transaction.atomic
def reset_password(*, token: str, password: str) -> User:
    """Set a new password by a link from an e-mail. The link fits once; open sessions end."""
    user = user_of_reset(token)
    locked = User.objects.select_for_update().get(pk=user.pk)
    if fingerprint(locked) != fingerprint(user):
        raise LinkInvalidError
    return change_password(user=locked, password=password)


@transaction.atomic
def change_password(*, user: User, password: str) -> User:
    """Set a new password and tell the person by e-mail. All other sessions end (Django's session hash)."""
    user.set_password(password)
    user.save(update_fields=["password", "sort_key"])
    audit.record(type="account.password_changed", by=user, subject={"user": str(user.uuid)})
    _send(to=user.email, user=user, mail=account_mails.password_changed(reset_url=_absolute("password_reset")))
    return user


@transaction.atomic
def request_email_change(*, user: User, email: str) -> None:
    """Send a link to the new address; nothing changes before it is opened. A taken address gets a mail instead."""
    address = email.strip()
    if User.objects.filter(email__iexact=address).exclude(pk=user.pk).exists():
        _send(to=address, mail=account_mails.already_registered(sign_in_url=_absolute("sign_in")))
        return
    token = make_token(purpose="change-email", user=str(user.uuid), email=address, state=fingerprint(user))
    _send(to=address, user=user, mail=account_mails.confirm_change(url=_absolute("confirm_email_change", token=token)))


@transaction.atomic
def confirm_email_change(*, token: str) -> User:
    """Change the address that a link proves, and tell the old one. Raises LinkExpiredError or LinkInvalidError."""
    content = read_token(token, purpose="change-email")
    user = User.objects.select_for_update().get(pk=_user_of(content).pk)
    if fingerprint(user) != content["state"]:
        raise LinkInvalidError
    old, user.email = user.email, User.objects.normalize_email(content["email"])
    user.email_confirmed_at = legal_time.now()
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "email_confirmed_at", "sort_key"])
    except IntegrityError as error:
        raise EmailTakenError from error
    audit.record(
        type="account.email_changed",
        by=user,
        subject={"user": str(user.uuid)},
        payload={"from": old, "to": user.email},
    )
    _send(to=old, user=user, mail=account_mails.address_changed())
    return user


@transaction.atomic
def change_profile(*, user: User, given_name: str, family_name: str, phone: str) -> User:
    """Change name and telephone number."""
    user.given_name, user.family_name, user.phone = given_name.strip(), family_name.strip(), phone.strip()
    user.save(update_fields=["given_name", "family_name", "phone", "sort_key"])
    audit.record(type="account.profile_changed", by=user, subject={"user": str(user.uuid)})
    return user


@transaction.atomic
def record_sign_in(*, user: User) -> None:
    """Write the sign-in to the audit log."""
    audit.record(type="account.signed_in", by=user, subject={"user": str(user.uuid)})


def _user_of(content: dict[str, str]) -> User:
    user = User.objects.filter(uuid=content["user"], is_active=True).first()
    if user is None or fingerprint(user) != content["state"]:
        raise LinkInvalidError
    return user


def _send(*, to: str, mail: account_mails.Mail, user: User | None = None) -> None:
    """Queue a mail, unless somebody keeps asking for mails to the same address."""
    recently = legal_time.now() - dt.timedelta(hours=1)
    sent = OutgoingMail.objects.filter(to__iexact=to, message_id__startswith="<account-", created_at__gt=recently)
    if sent.count() >= MAILS_PER_HOUR:
        return
    digest = hashlib.sha256(to.casefold().encode()).hexdigest()[:12]
    queue_mail(to=to, subject=mail.subject, body=mail.body, user=user, message_id=f"account-{digest}-{uuid.uuid4()}")


def _absolute(name: str, **arguments: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{reverse(name, kwargs=arguments)}"
