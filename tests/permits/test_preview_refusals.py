"""Previews of papers with a text that cannot be filled: a page that says why, not a server error."""

import pytest
from django.test import Client
from django.urls import reverse

from permits import legal_time
from permits.models import ChangeKind, LetterPartVersion, PermitAuthority, PermitCase
from permits.services.notice_changes import ChangeText, propose_change
from permits.services.sealing_releases import request_release
from reports.pdf import RenderedDocument
from tests.cast import Cast
from tests.workflows.village import issue, to_proposed, to_signed

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
SAYS = "Der Text „Nach der Anrede“ (Fassung 1) der Behörde für dieses Schreiben lässt sich nicht ausfüllen."


@pytest.fixture
def head(cast: Cast, client: Client) -> Client:
    client.force_login(cast.reviewer, backend=BACKEND)
    return client


def break_text(authority: PermitAuthority, cast: Cast, kind: str) -> None:
    """Store a text as an older one would be after a field was given up."""
    LetterPartVersion.objects.create(
        authority=authority, kind=kind, place="opening", number=1, text="Zu {{ alter_name }}", written_by=cast.admin,
        reason="Einrichtung",
    )  # fmt: skip


def refused(client: Client, url: str) -> str:
    """The page that comes instead of the PDF."""
    answer = client.get(url)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert SAYS in page
    assert "<h1" in page
    return page


def test_the_preview_of_a_decision_says_what_cannot_be_filled(
    application: PermitCase, cast: Cast, head: Client
) -> None:
    version = to_proposed(application, cast)
    version.content = {**(version.content or {}), "letter_parts": [{"place": "opening", "version": 1}]}
    version.save(update_fields=["content"])
    break_text(application.authority, cast, "permit_notice")
    refused(head, reverse("staff_decision_pdf", args=[application.uuid, version.uuid]))


def test_the_preview_of_a_revocation_says_what_cannot_be_filled(
    application: PermitCase, cast: Cast, head: Client, paper: RenderedDocument
) -> None:
    to_signed(application, cast)
    text = ChangeText(
        ground="requirement_unmet", reasons="Grund.", hearing="Angehört.", known_on=legal_time.today(), items=[]
    )
    change = propose_change(
        case=application, by=cast.officer, document=issue(application, paper), kind=ChangeKind.REVOCATION, text=text
    )
    change.content["letter_parts"] = [{"place": "opening", "version": 1}]
    change.save(update_fields=["content"])
    break_text(application.authority, cast, "revocation_notice")
    refused(head, reverse("staff_change_pdf", args=[application.uuid, change.uuid]))


def test_the_preview_before_the_seal_says_what_cannot_be_filled(
    application: PermitCase, cast: Cast, head: Client
) -> None:
    to_proposed(application, cast)
    receipt = str(application.submissions.all()[0].uuid)
    request = request_release(case=application, by=cast.officer, kind="receipt", subject=receipt)
    break_text(application.authority, cast, "receipt")
    page = refused(head, reverse("seal_preview", args=[request.uuid]))
    assert "Siegelfreigaben" in page
