"""Signed uploads: checked, stored, and shown in plain German to officers and applicants."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from permits import legal_time
from permits.checks_sealing import check_signature_folders
from permits.models import AuditEvent, DocumentVersion, PermitCase, SignatureReport
from permits.selectors.signatures import signature_mark, signature_result
from permits.services.documents import upload_document
from permits.services.letters.file_index import file_index
from permits.services.signature_checks import check_again, trusted_roots
from tests.cast import MINIMAL_PDF, Cast
from tests.reports.pki import Pki
from tests.reports.test_signatures import signed, turned, zeroed
from workflows import actions

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def pki(settings: Settings, tmp_path: Path) -> Pki:
    """A trust service whose root and list the authority has put into its folders."""
    pki = Pki(name="Test-Vertrauensdienst")
    for name, file, content in (("roots", "dienst.pem", pki.root_pem), ("lists", "dienst.crl", pki.crl())):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_bytes(content)
    settings.SIGNATURE_TRUST_FOLDER = str(tmp_path / "roots")
    settings.SIGNATURE_REVOCATION_FOLDER = str(tmp_path / "lists")
    return pki


def uploaded(case: PermitCase, cast: Cast, content: bytes) -> DocumentVersion:
    return upload_document(
        case=case, by=cast.owner, document_type="2001", title="Grundrisse", content=content, original_name="plan.pdf"
    )


def plan(pki: Pki, folder: Path) -> bytes:
    out = io.BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.save(out)
    return signed(out.getvalue(), pki.issue("Dipl.-Ing. David Neumann"), folder)


def test_a_valid_signature_is_stored_with_its_upload(
    application: PermitCase, cast: Cast, pki: Pki, tmp_path: Path
) -> None:
    version = uploaded(application, cast, plan(pki, tmp_path))
    result = signature_result(version)
    assert result is not None
    assert (result.report.state, result.label) == ("valid", "gültig")
    assert "David Neumann" in result.rows[0].signer
    assert AuditEvent.objects.filter(chain__case=application, type="signature.checked").exists()
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        SignatureReport.objects.update(state="valid")


def test_an_unsigned_upload_has_no_report(application: PermitCase, cast: Cast, pki: Pki) -> None:
    assert signature_result(uploaded(application, cast, MINIMAL_PDF)) is None


def test_an_altered_document_is_told_to_applicant_and_officer(
    application: PermitCase, cast: Cast, pki: Pki, tmp_path: Path, client: Client
) -> None:
    version = uploaded(application, cast, turned(plan(pki, tmp_path)))
    client.force_login(cast.owner, backend=BACKEND)
    page = client.get(reverse("application_document", args=[application.uuid, version.document.uuid])).content.decode()
    assert "ungültig" in page
    assert "verändert" in page
    actions.submit(case=application, by=cast.owner)
    client.force_login(cast.officer, backend=BACKEND)
    page = client.get(reverse("staff_document", args=[application.uuid, version.uuid])).content.decode()
    assert "ungültig" in page
    assert "nicht die Datei, wie sie vorliegt" in page
    client.force_login(cast.owner, backend=BACKEND)
    assert "ungültig" in client.get(reverse("case_detail", args=[application.uuid])).content.decode()


@pytest.mark.parametrize(
    ("make", "words", "tone"),
    [
        (lambda pdf: pdf, "Signatur gültig", "success"),
        (turned, "Signatur ungültig", "danger"),
        (zeroed, "Signatur ungültig", "danger"),
    ],
)
def test_the_verdict_stands_in_every_list_with_word_sign_and_reason(
    application: PermitCase,
    cast: Cast,
    pki: Pki,
    tmp_path: Path,
    client: Client,
    make: Callable[[bytes], bytes],
    words: str,
    tone: str,
) -> None:
    version = uploaded(application, cast, make(plan(pki, tmp_path)))
    mark = signature_mark(version)
    assert mark is not None
    client.force_login(cast.owner, backend=BACKEND)
    page = client.get(reverse("application_documents", args=[application.uuid])).content.decode()
    badge = rf'<span class="ba-badge ba-badge--{tone}"><svg.*?</svg>{words}</span>'
    assert re.search(badge, page, re.DOTALL)
    assert mark.reason in page
    actions.submit(case=application, by=cast.owner)
    application.refresh_from_db()
    client.force_login(cast.officer, backend=BACKEND)
    page = client.get(reverse("staff_documents", args=[application.uuid])).content.decode()
    assert re.search(badge, page, re.DOTALL)
    assert mark.reason in page
    index = file_index(application, {"dated_on": legal_time.today()})
    [row] = next(section.entries for section in index.sections if section.title == "Bauvorlagen")
    assert row.detail.endswith(f"; {words}: {mark.reason}")
    [line] = [line for line in index.log if line.label == "Signaturen einer Bauvorlage geprüft"]
    assert line.detail == f"Ergebnis: {words.removeprefix('Signatur ')}, Fassung 1"


def test_lists_take_as_many_queries_for_many_signed_documents_as_for_one(
    application: PermitCase, cast: Cast, pki: Pki, tmp_path: Path, client: Client
) -> None:
    client.force_login(cast.owner, backend=BACKEND)
    content = plan(pki, tmp_path)
    uploaded(application, cast, content)
    address = reverse("application_documents", args=[application.uuid])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    uploaded(application, cast, content + b"\n")
    uploaded(application, cast, content + b"\n\n")
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_what_not_established_means_is_said_only_where_it_is_so(
    application: PermitCase, cast: Cast, pki: Pki, tmp_path: Path, client: Client
) -> None:
    version = uploaded(application, cast, turned(plan(pki, tmp_path)))
    client.force_login(cast.owner, backend=BACKEND)
    page = client.get(reverse("application_document", args=[application.uuid, version.document.uuid])).content.decode()
    assert "ungültig" in page
    assert "„Nicht feststellbar“ heißt" not in page


def test_what_cannot_be_established_is_never_shown_as_fine(
    application: PermitCase, cast: Cast, settings: Settings, pki: Pki, tmp_path: Path, client: Client
) -> None:
    settings.SIGNATURE_TRUST_FOLDER = ""
    version = uploaded(application, cast, plan(pki, tmp_path))
    client.force_login(cast.owner, backend=BACKEND)
    page = client.get(reverse("application_document", args=[application.uuid, version.document.uuid])).content.decode()
    assert "nicht feststellbar" in page
    assert "Die Signatur ist gültig" not in page


def test_a_later_check_adds_a_report_and_keeps_the_first(
    application: PermitCase, cast: Cast, settings: Settings, pki: Pki, tmp_path: Path, client: Client
) -> None:
    folder, settings.SIGNATURE_TRUST_FOLDER = settings.SIGNATURE_TRUST_FOLDER, ""
    version = uploaded(application, cast, plan(pki, tmp_path))
    actions.submit(case=application, by=cast.owner)
    settings.SIGNATURE_TRUST_FOLDER = folder
    client.force_login(cast.officer, backend=BACKEND)
    assert client.post(reverse("staff_signatures_again", args=[application.uuid, version.uuid])).status_code == 302
    assert list(version.signature_reports.values_list("state", flat=True)) == ["cannot_be_established", "valid"]
    assert check_again(version=version, by=cast.officer).checked_by == cast.officer


def test_broken_settings_are_named_and_lose_no_upload(
    application: PermitCase, cast: Cast, settings: Settings, pki: Pki, tmp_path: Path
) -> None:
    (tmp_path / "roots" / "kaputt.pem").write_bytes(b"nothing")
    with pytest.raises(ImproperlyConfigured, match=r"kaputt\.pem"):
        trusted_roots()
    assert [message.id for message in check_signature_folders()] == ["permits.E011"]
    result = signature_result(uploaded(application, cast, plan(pki, tmp_path)))
    assert result is not None
    assert result.label == "nicht feststellbar"
    settings.SIGNATURE_TRUST_FOLDER = str(tmp_path / "nowhere")
    with pytest.raises(ImproperlyConfigured, match="kein Ordner"):
        trusted_roots()
