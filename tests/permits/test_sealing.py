"""Sealing in the domain: form of law, four eyes, every use on record, and what happens when it fails."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from permits import law as law_pack
from permits import legal_time
from permits.checks_sealing import check_document_forms, check_seal_key, check_seal_level
from permits.errors import AccessDeniedError, StaleError
from permits.models import (
    AuditEvent,
    CaseStatus,
    DecisionVersion,
    IssuedDocument,
    PermitCase,
    SealRelease,
    SealRequest,
    SealUse,
    SealUseResult,
)
from permits.services.documents_out import check_seal, prepare
from permits.services.issuing import issue_document
from permits.services.sealing import seal_key
from permits.services.sealing_forms import FormError, require_form
from permits.services.sealing_releases import (
    ReleaseMissingError,
    record_request,
    release_seal,
    request_release,
    return_release,
)
from permits.services.sealing_state import key_state
from reports.contexts import SealLevel
from reports.seal import SealError
from reports.seal_keys import SealKeyError
from tests.cast import Cast
from tests.reports.pki import PASSWORD, Pki, serving
from tests.workflows.village import sign, to_proposed, to_signed

pytestmark = pytest.mark.django_db
KIND = "permit_notice"


@pytest.fixture
def signed(application: PermitCase, cast: Cast) -> DecisionVersion:
    """A signed decision whose notice is to be sealed."""
    return to_signed(application, cast)


def use_key(settings: Settings, pki: Pki, folder: Path, *, level: str = "advanced", days: float = 700) -> None:
    """Configure a key from a file, whose certificate ends in ``days``."""
    pki.issue("Siegel der Stadt", end=datetime.now(UTC) + timedelta(days=days)).key_file(folder)
    (folder / "root.pem").write_bytes(pki.root_pem)
    settings.SEAL_PFX, settings.SEAL_PFX_PASSWORD, settings.SEAL_LEVEL = str(folder / "key.pfx"), PASSWORD, level
    settings.SEAL_TRUST_ROOTS = [str(folder / "root.pem")]


def want_sealed(kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the law ask for a seal on a kind of paper that it leaves unsealed."""
    packs = shutil.copytree(law_pack.FOLDER, folder / "law")
    forms = packs / "ni" / "document_forms.toml"
    before, head, block = forms.read_text(encoding="utf-8").partition(f'id = "{kind}"')
    block = block.replace("seal = false", "seal = true", 1).replace('"none"', '"advanced"', 1)
    forms.write_text(before + head + block, encoding="utf-8")
    monkeypatch.setattr(law_pack, "FOLDER", packs)
    law_pack.law.cache_clear()


@pytest.fixture
def own_law() -> Iterator[None]:
    """Forget a changed law after the test."""
    yield
    law_pack.law.cache_clear()


@pytest.mark.usefixtures("own_law")
def test_a_paper_is_sealed_where_the_law_says_so_and_nowhere_else(
    application: PermitCase, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_proposed(application, cast)
    subject = str(application.submissions.get().uuid)
    assert prepare(case=application, kind="receipt", subject=subject).sealed is None
    want_sealed("receipt", tmp_path, monkeypatch)
    with pytest.raises(ReleaseMissingError):
        prepare(case=application, kind="receipt", subject=subject)
    request = request_release(case=application, by=cast.officer, kind="receipt", subject=subject)
    release_seal(request=request, by=cast.reviewer, content_sha256=request.content_sha256)
    prepared = prepare(case=application, kind="receipt", subject=subject)
    assert prepared.sealed is not None
    assert check_seal(prepared.pdf).state == "valid"
    assert check_document_forms() == []


def test_a_sealed_notice_leaves_a_complete_record(application: PermitCase, signed: DecisionVersion, cast: Cast) -> None:
    prepared = prepare(case=application, kind=KIND, subject=str(signed.uuid))
    assert prepared.sealed is not None
    use = SealUse.objects.get(case=application)
    assert use.result == SealUseResult.SEALED
    assert use.unsealed_sha256 == prepared.rendered.pdf_sha256
    assert use.sealed_sha256 == prepared.sealed.sha256
    assert use.certificate_sha256 == prepared.sealed.certificate_sha256
    assert (use.level, use.profile, use.number) == ("demo", "B-B", prepared.number)
    assert (use.release.prepared_by, use.release.released_by) == (cast.officer, cast.reviewer)
    assert check_seal(prepared.pdf).state == "valid"
    document = issue_document(case=application, prepared=prepared)
    assert (document.seal_profile, document.sha256) == ("B-B", use.sealed_sha256)
    types = set(AuditEvent.objects.filter(chain__case=application).values_list("type", flat=True))
    assert {"seal.requested", "seal.released", "seal.used"} <= types
    names = [attachment.name for attachment in prepared.rendered.attachments]
    assert ("lageplan.geojson" in names) is application.check_runs.exists()


def test_nothing_is_sealed_that_nobody_released(application: PermitCase, cast: Cast) -> None:
    version = to_proposed(application, cast)
    with pytest.raises(ReleaseMissingError, match="nicht zur Siegelung freigegeben"):
        prepare(case=application, kind=KIND, subject=str(version.uuid))
    assert not SealUse.objects.exists()


def test_a_content_that_changed_after_its_release_is_not_sealed(
    application: PermitCase, signed: DecisionVersion
) -> None:
    DecisionVersion.objects.filter(pk=signed.pk).update(content_sha256="0" * 64)
    with pytest.raises((ReleaseMissingError, ValueError)):
        prepare(case=application, kind=KIND, subject=str(signed.uuid))
    assert not SealUse.objects.exists()


def test_one_person_cannot_do_both(application: PermitCase, cast: Cast) -> None:
    subject = str(to_signed(application, cast).uuid)
    request = request_release(case=application, by=cast.reviewer, kind="receipt", subject=receipt_of(application))
    with pytest.raises(AccessDeniedError, match="Vier-Augen"):
        release_seal(request=request, by=cast.reviewer, content_sha256=request.content_sha256)
    values = {"kind": KIND, "subject": subject, "content_sha256": "0" * 64, "released_at": legal_time.now()}
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        SealRelease.objects.create(
            request=request, case=application, prepared_by=cast.officer, released_by=cast.officer, **values
        )


def receipt_of(case: PermitCase) -> str:
    return str(case.submissions.all()[0].uuid)


def test_another_kind_is_requested_released_and_ordered(application: PermitCase, cast: Cast) -> None:
    to_proposed(application, cast)
    request = request_release(case=application, by=cast.officer, kind="receipt", subject=receipt_of(application))
    with pytest.raises(StaleError):
        release_seal(request=request, by=cast.reviewer, content_sha256="0" * 64)
    with pytest.raises(AccessDeniedError):
        release_seal(request=request, by=cast.second_officer, content_sha256=request.content_sha256)
    release = release_seal(request=request, by=cast.reviewer, content_sha256=request.content_sha256)
    assert release.content_sha256 == request.content_sha256
    again = request_release(case=application, by=cast.officer, kind="receipt", subject=receipt_of(application))
    returned = return_release(request=again, by=cast.reviewer, reason="Bitte die Anrede prüfen.")
    assert returned.returned_reason == "Bitte die Anrede prüfen."


def test_a_new_request_replaces_the_waiting_one(application: PermitCase, cast: Cast) -> None:
    to_proposed(application, cast)
    values = {"case": application, "by": cast.officer, "kind": KIND, "subject": "x", "title": "T"}
    with transaction.atomic():
        first = record_request(**values, content_sha256="1" * 64)
        record_request(**values, content_sha256="2" * 64)
    assert SealRequest.objects.get(pk=first.pk).state == "replaced"


@pytest.mark.parametrize("statement", ["UPDATE {} SET subject = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", ["permits_sealrelease", "permits_sealuse"])
def test_the_database_keeps_releases_and_uses(
    statement: str, table: str, application: PermitCase, signed: DecisionVersion
) -> None:
    prepare(case=application, kind=KIND, subject=str(signed.uuid))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            cursor.execute(statement.format(table))


def test_written_form_asks_for_a_qualified_seal(
    application: PermitCase, signed: DecisionVersion, settings: Settings, tmp_path: Path
) -> None:
    use_key(settings, Pki(), tmp_path)
    with pytest.raises(FormError, match="Schriftform") as caught:
        prepare(case=application, kind=KIND, subject=str(signed.uuid))
    assert "qualifiziertes" in str(caught.value)
    assert not SealUse.objects.exists()
    assert not IssuedDocument.objects.filter(kind=KIND).exists()
    authority = application.authority
    assert require_form(authority, "fee_notice", SealLevel.ADVANCED).seal
    assert require_form(authority, KIND, SealLevel.QUALIFIED).form == "written"
    settings.DEMO = False
    with pytest.raises(FormError, match="mindestens ein fortgeschrittenes"):
        require_form(authority, "fee_notice", SealLevel.DEMO)


def test_a_decision_that_could_not_be_issued_is_not_signed(
    application: PermitCase, cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    to_proposed(application, cast)
    use_key(settings, Pki(), tmp_path)
    with pytest.raises(FormError):
        sign(application, cast)
    application.refresh_from_db()
    assert application.status == CaseStatus.DECISION_DRAFTED


def test_the_check_at_start_names_what_the_key_cannot_issue(settings: Settings, tmp_path: Path) -> None:
    assert check_seal_level() == []
    use_key(settings, Pki(), tmp_path)
    [message] = check_seal_level()
    assert message.id == "permits.W001"
    assert "Baugenehmigung" in message.msg
    assert "Kostenfestsetzungsbescheid" not in message.msg
    settings.SEAL_PROFILE = "B-LT"
    assert {"permits.E010"} < {item.id for item in check_seal_level()}
    settings.SEAL_PROFILE = "B-LTA"
    assert [item.id for item in check_seal_level()] == ["permits.E009"]


def test_a_certificate_that_ends_is_told_before(settings: Settings, tmp_path: Path) -> None:
    settings.DEMO = False
    for days, warned in ((400, False), (30, True), (0.02, True)):
        use_key(settings, Pki(), tmp_path, days=days)
        state = key_state()
        assert not state.problem
        assert bool(state.warning) is warned
        assert [message.id for message in check_seal_key()] == (["permits.W002"] if warned else [])
    use_key(settings, Pki(), tmp_path, days=-1)
    assert "nicht gültig" in key_state().problem
    (tmp_path / "key.pfx").write_bytes(b"nothing")
    assert [message.id for message in check_seal_key()] == ["permits.E012"]


@contextmanager
def failing(application: PermitCase, version: DecisionVersion, error: type[Exception], match: str) -> Iterator[None]:
    """Sealing fails, is on record, and leaves nothing issued."""
    yield
    with pytest.raises(error, match=match):
        prepare(case=application, kind=KIND, subject=str(version.uuid))
    use = SealUse.objects.latest("pk")
    assert use.result == SealUseResult.FAILED
    assert use.reason
    assert use.finished_at is not None
    assert not IssuedDocument.objects.filter(kind=KIND).exists()
    assert AuditEvent.objects.filter(chain__case=application, type="seal.failed").exists()


def test_each_fault_of_key_and_time_stamp_is_recorded_and_issues_nothing(
    application: PermitCase, signed: DecisionVersion, settings: Settings, tmp_path: Path
) -> None:
    with serving(Pki()) as pki:
        # In a demo the demo level does: the key is one of our own, so that each fault is real.
        use_key(settings, pki, tmp_path, level="demo")
        with failing(application, signed, SealKeyError, "falsches Kennwort"):
            settings.SEAL_PFX_PASSWORD = "geheim-falsch"
        assert "geheim-falsch" not in SealUse.objects.latest("pk").reason
        settings.SEAL_PFX_PASSWORD = PASSWORD
        settings.SEAL_PROFILE, settings.SEAL_TIMESTAMP_URL = "B-T", f"{pki.base}/tsa"
        with failing(application, signed, SealError, "Zeitstempeldienst"):
            pki.fault = "down"
        with failing(application, signed, SealError, "B-T"):
            pki.fault = "garbage"
        pki.fault = ""
        prepared = prepare(case=application, kind=KIND, subject=str(signed.uuid))
        assert issue_document(case=application, prepared=prepared).seal_profile == "B-T"


def test_a_full_disk_issues_nothing_and_a_later_run_issues_once(
    application: PermitCase, signed: DecisionVersion
) -> None:
    prepared = prepare(case=application, kind=KIND, subject=str(signed.uuid))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Files may not grow past 20 kB: the operating system refuses to write the notice, as on a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"), transaction.atomic():
            issue_document(case=application, prepared=prepared)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not IssuedDocument.objects.filter(kind=KIND).exists()
    again = prepare(case=application, kind=KIND, subject=str(signed.uuid))
    document = issue_document(case=application, prepared=again)
    assert issue_document(case=application, prepared=prepared) == document
    assert SealUse.objects.filter(result="sealed").count() == 2


def test_the_pages_show_what_waits_and_what_was_done(application: PermitCase, cast: Cast, client: Client) -> None:
    to_proposed(application, cast)
    request = request_release(case=application, by=cast.officer, kind="receipt", subject=receipt_of(application))
    client.force_login(cast.reviewer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("seal_releases")).content.decode()
    assert "Zur Zweitzeichnung" in page
    assert "Eingangsbestätigung" in page
    pdf = client.get(reverse("seal_preview", args=[request.uuid]))
    assert pdf.content.startswith(b"%PDF")
    stale = client.post(reverse("seal_release", args=[request.uuid]), {"content_sha256": "0" * 64})
    assert stale.status_code == 409
    assert "neu vorlegen" in stale.content.decode()
    empty = client.post(reverse("seal_return", args=[request.uuid]), {"reason": " "})
    assert empty.status_code == 422
    done = client.post(reverse("seal_release", args=[request.uuid]), {"content_sha256": request.content_sha256})
    assert done.status_code == 302
    version = sign(application, cast)
    prepare(case=application, kind=KIND, subject=str(version.uuid))
    client.force_login(cast.auditor, backend="django.contrib.auth.backends.ModelBackend")
    record = client.get(reverse("seal_record")).content.decode()
    assert "gesiegelt" in record
    assert cast.reviewer.full_name in record
    assert "PAdES B-B" in record
    assert "Demosiegel" in record, "the level has a German name"
    use = SealUse.objects.get()
    for checksum in (use.unsealed_sha256, use.sealed_sha256, use.certificate_sha256):
        assert f">{checksum}<" in record, "checksums can be read whole, without a mouse"


def test_the_demo_key_states_what_it_is() -> None:
    assert seal_key().level is SealLevel.DEMO
    state = key_state()
    assert (state.problem, state.warning) == ("", "")
    assert "ohne Rechtswirkung" in state.level
