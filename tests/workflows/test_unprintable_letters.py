"""Papers that no second try mends: a task that names text and line, at once, and a button to start again."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from viewflow.workflow.status import STATUS

from permits.errors import AccessDeniedError, StateError
from permits.models import AuditEvent, FollowUp, IssuedDocument, LetterPartVersion, PermitAuthority, PermitCase
from permits.selectors.failed_letters import failed_letters
from permits.services.issuing_failures import record_failure
from permits.services.letter_parts import save_letter_parts
from permits.services.letters_again import issue_letter_again
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.workflows.test_killed_worker import task_of
from tests.workflows.village import to_signed
from tests.workflows.workers import forget_jobs
from workflows import actions

pytestmark = pytest.mark.django_db(transaction=True)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def _no_old_jobs(db: None) -> None:
    forget_jobs()


def write_part(case: PermitCase, cast: Cast, kind: str, text: str) -> None:
    """Store a text as an older one would be after a field was given up."""
    LetterPartVersion.objects.create(
        authority=case.authority, kind=kind, place="opening", number=1, text=text, written_by=cast.admin,
        reason="Einrichtung",
    )  # fmt: skip


def test_a_letter_whose_text_cannot_be_filled_is_a_task_at_once(application: PermitCase, cast: Cast) -> None:
    write_part(application, cast, "receipt", "Guten Tag,\n\nzu {{ alter_name }}")
    actions.submit(case=application, by=cast.owner)
    run_jobs()
    job = ProcrastinateJob.objects.get(task_name="workflows.issue_document")
    assert (job.status, job.attempts) == ("failed", 1)
    text = FollowUp.objects.get(case=application).text
    assert text.startswith("Die Eingangsbestätigung konnte nicht")
    # Which text, which line, what to do.
    for words in ("„Nach der Anrede“ (Fassung 1)", "Zeile 3", "„alter_name“", "lassen Sie die Fachadministration"):
        assert words in text
    assert "Technik" not in text
    assert AuditEvent.objects.get(type="notice.failed").subject["kind"] == "receipt"
    assert not IssuedDocument.objects.filter(case=application).exists()


def test_a_letter_with_a_character_that_no_font_prints_is_a_task_at_once(application: PermitCase, cast: Cast) -> None:
    write_part(application, cast, "receipt", "Sprechzeiten 漢")
    actions.submit(case=application, by=cast.owner)
    run_jobs()
    assert ProcrastinateJob.objects.get(task_name="workflows.issue_document").attempts == 1
    assert "im Text der Behörde lassen sich nicht drucken: „漢“ (U+6F22)" in FollowUp.objects.get().text


def test_a_notice_whose_text_cannot_be_filled_is_a_task_at_once(application: PermitCase, cast: Cast) -> None:
    write_part(application, cast, "permit_notice", "Rufen Sie an: {{ behoerde_telefon }}")
    to_signed(application, cast)
    PermitAuthority.objects.filter(pk=application.authority.pk).update(phone="")
    run_jobs()
    assert task_of(application).status == STATUS.ERROR
    text = FollowUp.objects.get(case=application).text
    assert "Zeile 1" in text
    assert "auf der Seite „Entscheidung“ erneut" in text


@pytest.fixture
def failed(application: PermitCase, cast: Cast) -> PermitCase:
    """An application whose receipt could not be made; the text is mended by now."""
    write_part(application, cast, "receipt", "Zu {{ alter_name }}")
    actions.submit(case=application, by=cast.owner)
    run_jobs()
    save_letter_parts(
        authority=application.authority, kind="receipt", by=cast.admin, texts={"opening": "Guten Tag."},
        based_on={"opening": 1}, reason="Berichtigt",
    )  # fmt: skip
    return application


def test_an_officer_has_a_failed_letter_made_again_from_the_page(failed: PermitCase, cast: Cast) -> None:
    officer = Client()
    officer.force_login(cast.officer, backend=BACKEND)
    address = reverse("staff_register", args=[failed.uuid])
    page = officer.get(address).content.decode()
    for words in ("Nicht erstellte Schreiben", "Eingangsbestätigung", "„alter_name“", "Schreiben erneut erstellen"):
        assert words in page
    (letter,) = failed_letters(failed)
    again = reverse("staff_letter_again", args=[failed.uuid, letter.kind, letter.subject])
    assert f'action="{again}"' in page
    answer = officer.post(again, follow=True).content.decode()
    assert "Das Schreiben wird erneut erstellt." in answer
    assert "Nicht erstellte Schreiben" not in answer
    assert officer.post(again).status_code == 409
    assert FollowUp.objects.get(case=failed).done_by == cast.officer
    run_jobs()
    assert IssuedDocument.objects.get(case=failed).kind == "receipt"
    (retried,) = AuditEvent.objects.filter(type="notice.retried")
    assert (retried.actor, retried.subject["kind"]) == (cast.officer.uuid, "receipt")
    assert officer.post(again).status_code == 409
    auditor = Client()
    auditor.force_login(cast.auditor, backend=BACKEND)
    assert auditor.post(again).status_code == 404


def test_a_letter_that_fails_again_is_offered_again(failed: PermitCase, cast: Cast) -> None:
    (letter,) = failed_letters(failed)
    issue_letter_again(case=failed, by=cast.officer, kind="receipt", subject=uuid.UUID(letter.subject))
    assert failed_letters(failed) == []
    record_failure(case=failed, kind="receipt", subject=letter.subject, error_id="fehler-2")
    (second,) = failed_letters(failed)
    assert (second.error_id, second.told.startswith("Die Eingangsbestätigung konnte nicht")) == ("fehler-2", True)


def test_only_a_failed_letter_is_made_again(failed: PermitCase, cast: Cast) -> None:
    (letter,) = failed_letters(failed)
    with pytest.raises(StateError, match=r"nicht \(mehr\) gescheitert"):
        issue_letter_again(case=failed, by=cast.officer, kind="hearing_letter", subject=uuid.UUID(letter.subject))
    with pytest.raises(AccessDeniedError):
        issue_letter_again(case=failed, by=cast.owner, kind="receipt", subject=uuid.UUID(letter.subject))
    # Notices have their own way back, which moves the process as well.
    record_failure(case=failed, kind="permit_notice", subject=str(uuid.uuid4()), error_id="fehler-3")
    assert [row.kind for row in failed_letters(failed)] == ["receipt"]
