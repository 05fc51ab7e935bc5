"""E-mail that something happened: names the case, never its content (no personal detail leaves the site)."""

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from permits import legal_time
from permits.mail import queue_mail
from permits.models import AccessGrant, PermitCase, User
from permits.selectors.access import APPLICANT_LEVELS

SUBJECTS = {
    "submitted": "Ihr Antrag ist eingegangen",
    "registered": "Ihr Antrag hat ein Aktenzeichen",
    "information_requested": "Es fehlen Unterlagen zu Ihrem Antrag",
    "deadline_extended": "Ihre Frist ist verlängert",
    "decision_later": "Die Frist für die Entscheidung über Ihren Antrag ist verlängert",
    "complete": "Ihr Antrag ist vollständig",
    "message": "Neue Nachricht zu Ihrem Antrag",
    "hearing": "Anhörung zu Ihrem Antrag",
    "notice": "Ein Bescheid liegt für Sie bereit",
    "correction": "Die Berichtigung des Bescheids {about} liegt für Sie bereit",
    "withdrawal": "Die Rücknahme des Bescheids {about} liegt für Sie bereit",
    "revocation": "Der Widerruf des Bescheids {about} liegt für Sie bereit",
    "withdrawn": "Ihr Antrag ist zurückgenommen",
    "deemed_withdrawn": "Ihr Antrag gilt als zurückgenommen",
}
TEXT = """Guten Tag {name},

{subject}.

Vorgang: {case}
Behörde: {authority}

Bitte melden Sie sich an, um alles Weitere zu sehen:
{address}

Diese Nachricht wurde automatisch erzeugt. Aus Gründen des Datenschutzes enthält sie keine Einzelheiten.
"""


def applicants_of(case: PermitCase) -> list[User]:
    """Return the people on the applicant's side who hold an open grant on the case."""
    now = legal_time.now()
    grants = AccessGrant.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=now),
        valid_from__lte=now,
        case=case,
        level__in=APPLICANT_LEVELS,
        user__is_active=True,
    )
    return list(User.objects.filter(pk__in=grants.values("user")).order_by("pk"))


def notify(*, user: User, case: PermitCase, event: str, key: str, about: str = "") -> None:
    """Queue one mail; the same event and ``key`` always carry the same Message-ID. ``about``: a notice's number."""
    subject = SUBJECTS[event].format(about=about)
    address = settings.SITE_URL + reverse("case_detail", args=[case.uuid])
    queue_mail(
        to=user.email,
        user=user,
        subject=f"{subject} ({case})" if case.case_number else subject,
        body=TEXT.format(
            name=user.full_name, subject=subject, case=case, authority=case.authority.name, address=address
        ),
        message_id=f"{event}.{key}.{user.uuid}",
    )


def notify_applicants(*, case: PermitCase, event: str, key: str) -> None:
    """Tell everybody on the applicant's side."""
    for user in applicants_of(case):
        notify(user=user, case=case, event=event, key=key)
