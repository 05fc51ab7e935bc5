"""Inviting people to an application by e-mail.

Everybody gets the same mail with the same link, whether the address has an account or not, so that nobody learns here
who has one. Access begins when the invited person has signed in and accepted.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from permits import legal_time
from permits.errors import AccessDeniedError, InvalidInputError
from permits.mail import queue_mail
from permits.models import AccessGrant, AuditEvent, Level, PermitCase, User
from permits.selectors.access import levels_on_case
from permits.services import audit
from permits.services.access import grant_case_access
from permits.services.writing import writing

LIFETIME = dt.timedelta(days=30)
PER_DAY = 20
SALT = "permits.invitation"
LEVELS = (Level.CONTRIBUTE, Level.OWN)
TEXT = """Guten Tag,

{name} lädt Sie ein, bei Bauakte an einem Bauantrag mitzuarbeiten. Mit diesem Link nehmen Sie die Einladung an:

{address}

Sie brauchen dafür ein Konto mit dieser E-Mail-Adresse. Wenn Sie noch keines haben, legen Sie es bitte zuerst an und
öffnen Sie dann den Link noch einmal:

{sign_up}

Die Einladung gilt 30 Tage. Wenn Sie nichts damit zu tun haben, brauchen Sie nichts zu tun.

Diese Nachricht wurde automatisch erzeugt.
"""


class InvitationError(InvalidInputError):
    """The link is damaged, too old, for somebody else, or was taken back."""


@dataclass(frozen=True)
class Invitation:
    """Einladung: who invites whom to what. The invited person does not see the case before accepting."""

    case: PermitCase
    inviter: User
    email: str
    level: str


def invite(*, case: PermitCase, by: User, email: str, level: str) -> None:
    """Send a link that gives ``level`` on ``case`` to whoever signs in with this address."""
    if level not in LEVELS:
        raise InvalidInputError("Bitte wählen Sie, was die Person tun soll.", field="level")
    address = email.strip()
    with writing(case=case, by=by, level=Level.OWN) as locked:
        since = legal_time.now() - dt.timedelta(days=1)
        sent = AuditEvent.objects.filter(chain__case=locked, type="access.invited", at__gte=since).count()
        if sent >= PER_DAY:
            raise InvalidInputError(
                f"Heute sind schon {PER_DAY} Einladungen verschickt. Bitte versuchen Sie es morgen wieder.",
                field="email",
            )
        event = audit.record(
            type="access.invited", by=by, case=locked, subject={"level": level}, payload={"email": address}
        )
        content = {
            "case": str(locked.uuid),
            "by": str(by.uuid),
            "email": address,
            "level": level,
            "at": legal_time.now().isoformat(),
        }
        token = signing.dumps(content, salt=SALT, compress=True)
        queue_mail(
            to=address,
            subject="Einladung zu einem Bauantrag",
            body=TEXT.format(
                name=by.full_name,
                address=settings.SITE_URL + reverse("invitation", args=[token]),
                sign_up=settings.SITE_URL + reverse("sign_up"),
            ),
            message_id=f"invitation.{event.uuid}",
        )


def read_invitation(*, token: str, user: User) -> Invitation:
    """Return what a link offers to ``user``; raises InvitationError in German."""
    try:
        content = signing.loads(token, salt=SALT, max_age=LIFETIME)
        case = PermitCase.objects.select_related("authority", "proposal").get(uuid=uuid.UUID(content["case"]))
        inviter = User.objects.get(uuid=uuid.UUID(content["by"]), is_active=True)
    except signing.SignatureExpired as error:
        raise InvitationError("Diese Einladung ist abgelaufen. Bitte lassen Sie sich noch einmal einladen.") from error
    except (signing.BadSignature, PermitCase.DoesNotExist, User.DoesNotExist) as error:
        raise InvitationError("Dieser Link ist nicht vollständig oder gilt nicht mehr.") from error
    if user.email.casefold() != str(content["email"]).casefold():
        raise InvitationError(
            "Diese Einladung gilt für eine andere E-Mail-Adresse. Bitte melden Sie sich mit dem Konto an, das zu der "
            "eingeladenen Adresse gehört."
        )
    if Level.OWN not in levels_on_case(inviter, case):
        raise InvitationError("Diese Einladung gilt nicht mehr: Wer Sie eingeladen hat, ist nicht mehr zuständig.")
    sent_at = dt.datetime.fromisoformat(content["at"])
    if AccessGrant.objects.filter(case=case, user=user, valid_until__gte=sent_at).exists():
        raise InvitationError(
            "Ihr Zugriff auf diesen Antrag wurde beendet. Bitte lassen Sie sich noch einmal einladen."
        )
    return Invitation(case=case, inviter=inviter, email=content["email"], level=content["level"])


@transaction.atomic
def accept_invitation(*, token: str, by: User) -> AccessGrant:
    """Give the invited person access; accepting twice changes nothing."""
    invitation = read_invitation(token=token, user=by)
    try:
        return grant_case_access(case=invitation.case, to=by, level=invitation.level, by=invitation.inviter)
    except AccessDeniedError as error:
        raise InvitationError("Diese Einladung gilt nicht mehr.") from error
