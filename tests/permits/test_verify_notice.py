"""``manage.py verify_notice``: seal, register, stored inputs and embedded files of a PDF, and what they come to."""

import dataclasses
import datetime as dt
import io
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import add_validation_info
from pyhanko_certvalidator import ValidationContext

from permits import legal_time
from permits.models import ChangeKind, IssuedDocument, NoticeChange, PermitCase, ServiceState, StoredFile
from permits.services.documents_out import PreparedDocument, new_code
from permits.services.files import read_file
from permits.services.issuing import issue_document
from permits.services.notice_changes import ChangeText, propose_change, sign_change
from permits.services.sealing import demo_pki, fonts
from reports.contexts import SealInfo, SealLevel, Verification
from reports.pdf import RenderedDocument, render_document
from reports.samples import SAMPLES
from reports.seal import SealedPdf, seal_pdf
from reports.seal_keys import PfxKey, parse_certificates
from tests.cast import Cast
from tests.workflows.village import issue, to_signed

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
ASKING = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "verify_notice", sys.argv[1]])
"""


@pytest.fixture(scope="module")
def sealed_paper() -> tuple[RenderedDocument, SealedPdf]:
    """A real paper, rendered and sealed with the demo key, once."""
    pki = demo_pki()
    key = PfxKey(path=pki.pfx, password=pki.password, level=SealLevel.DEMO, chain=(pki.ca_certificate,))
    seal = SealInfo(level=SealLevel.DEMO, serial="X-B1", sealed_at=dt.datetime.now(dt.UTC).replace(microsecond=0))
    proof = Verification(url="https://bau.example/pruefen/X-B1/", number="X-B1", code="AAAA-BBBB-CCCC-DDDD")
    context = dataclasses.replace(SAMPLES["permit_notice"], seal=seal, verification=proof)
    rendered = render_document(context, fonts=fonts())
    # In a thread of its own: once a browser has run, Playwright's loop stays in the first.
    with ThreadPoolExecutor(1) as pool:
        return rendered, pool.submit(seal_pdf, rendered.pdf, key, seal=seal).result()


@pytest.fixture
def notice(application: PermitCase, cast: Cast, sealed_paper: tuple[RenderedDocument, SealedPdf]) -> IssuedDocument:
    """A sealed notice as the worker stores it, notified."""
    to_signed(application, cast)
    rendered, sealed = sealed_paper
    return notified(issue(application, rendered, sealed=sealed))


def notified(document: IssuedDocument, *, in_days: int = 0) -> IssuedDocument:
    """Let the service of a notice count from today on, or from a later day."""
    day = legal_time.today() + dt.timedelta(days=in_days)
    assert document.services.update(state=ServiceState.SERVED, notified_on=day)
    return document


@pytest.fixture
def pdf(notice: IssuedDocument, tmp_path: Path) -> Path:
    path = tmp_path / "bescheid.pdf"
    path.write_bytes(read_file(notice.file))
    return path


def verify(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object], str]:
    """Exit code, JSON and table of the command."""
    codes, outputs = [], []
    for form in ("json", "table"):
        try:
            call_command("verify_notice", path, "--format", form)
            codes.append(0)
        except SystemExit as end:
            codes.append(int(end.code or 0))
        outputs.append(capsys.readouterr().out)
    assert codes[0] == codes[1]
    return codes[0], json.loads(outputs[0]), outputs[1]


def test_an_untouched_notice_is_genuine(notice: IssuedDocument, pdf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found, table = verify(pdf, capsys)
    assert code == 0
    assert found["verdict"] == "genuine"
    assert found["register"]["match"] == "whole"  # type: ignore[index]
    assert (found["inputs"], found["files"]) == ("same", "same")
    assert found["effect"] == "in_force"
    assert "Echt, unverändert und wirksam." in table
    assert notice.number in table


def test_a_notice_that_nobody_was_notified_of_is_genuine_and_not_in_force(
    notice: IssuedDocument, pdf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The code once was 0, "gültig", for a permit whose service had failed (§ 43 (1) VwVfG)."""
    notified(notice, in_days=1)
    code, found, table = verify(pdf, capsys)
    assert (code, found["verdict"], found["effect"]) == (6, "not_notified", "not_yet")
    assert "Echt und unverändert, noch nicht bekannt gegeben und damit noch nicht wirksam." in table
    notice.services.update(state=ServiceState.FAILED, notified_on=None)
    assert verify(pdf, capsys)[0] == 6
    notified(notice)
    assert verify(pdf, capsys)[0] == 0


def test_an_altered_notice_is_not(pdf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = bytearray(pdf.read_bytes())
    middle = content.find(b"stream", 2000) + 40
    content[middle] ^= 1
    pdf.write_bytes(content)
    code, found, table = verify(pdf, capsys)
    assert code == 1
    assert found["verdict"] == "not_genuine"
    assert "Die Datei steht nicht im Ausgangsregister" in table


def test_a_resaved_notice_is_not(pdf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pikepdf.open(pdf, allow_overwriting_input=True) as document:
        document.save(pdf)
    code, found, _ = verify(pdf, capsys)
    assert code == 1
    assert found["register"]["match"] == "none"  # type: ignore[index]


def test_a_notice_with_something_written_over_it_is_not(
    pdf: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf.read_bytes()), strict=False)
    first = writer.root["/Pages"]["/Kids"][0]
    first["/Rotate"] = NumberObject(90)  # type: ignore[no-untyped-call]
    writer.update_container(first)
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    pdf.write_bytes(out.getvalue())
    code, found, table = verify(pdf, capsys)
    assert found["register"]["match"] == "extended"  # type: ignore[index]
    assert found["seal"]["state"] == "invalid"  # type: ignore[index]
    assert code == 1
    assert "der etwas angefügt wurde" in table
    assert caplog.messages == [], "the result says it; a traceback before it does not help"


def test_a_notice_with_proof_for_later_is_genuine(pdf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roots = list(parse_certificates(demo_pki().ca_certificate.read_bytes()))
    seal = PdfFileReader(io.BytesIO(pdf.read_bytes())).embedded_signatures[0]
    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    out = add_validation_info(seal, context, skip_timestamp=True)
    extended = out.getvalue()
    assert extended.startswith(pdf.read_bytes())
    assert len(extended) > pdf.stat().st_size
    pdf.write_bytes(extended)
    code, found, _ = verify(pdf, capsys)
    assert (code, found["register"]["match"], found["files"]) == (0, "extended", "same")  # type: ignore[index]


def test_a_foreign_file_is_not(tmp_path: Path, paper: RenderedDocument, capsys: pytest.CaptureFixture[str]) -> None:
    foreign = tmp_path / "fremd.pdf"
    foreign.write_bytes(paper.pdf)
    code, found, _ = verify(foreign, capsys)
    assert (code, found["verdict"]) == (1, "not_genuine")


@pytest.mark.parametrize("content", [b"", b"kein PDF", b"%PDF-1.7\nabgeschnitten"])
def test_a_file_that_is_no_readable_pdf_is_named(
    content: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "text.pdf"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=r"text\.pdf: Die Datei ist keine lesbare PDF-Datei") as caught:
        call_command("verify_notice", path)
    assert caught.value.returncode == 2
    assert caplog.messages == []
    assert capsys.readouterr() == ("", "")


def test_a_notice_that_was_cut_off_or_locked_is_no_readable_pdf(pdf: Path, tmp_path: Path) -> None:
    whole = pdf.read_bytes()
    cut = tmp_path / "abgeschnitten.pdf"
    for length in (len(whole) // 4, len(whole) - 2_000):
        cut.write_bytes(whole[:length])
        with pytest.raises(CommandError, match="beschädigt oder unvollständig") as caught:
            call_command("verify_notice", cut)
        assert caught.value.returncode == 2
    locked = tmp_path / "gesperrt.pdf"
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(locked, encryption=pikepdf.Encryption(user="geheim", owner="geheim"))
    with pytest.raises(CommandError, match="mit einem Passwort gesperrt") as caught:
        call_command("verify_notice", locked)
    assert caught.value.returncode == 2


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "rohr.pdf")
    for path in (tmp_path / "rohr.pdf", Path("/dev/zero"), tmp_path):
        # In a process of its own: the command once waited for ever, and so would the tests.
        done = subprocess.run(
            [sys.executable, "-c", ASKING, str(path)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert "keine gewöhnliche Datei" in done.stderr


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "fehlt.pdf", tmp_path):
        with pytest.raises(CommandError, match="lässt sich nicht lesen") as caught:
            call_command("verify_notice", path)
        assert caught.value.returncode == 2
    large = tmp_path / "gross.pdf"
    large.touch()
    os.truncate(large, 201 * 1024**2)
    with pytest.raises(CommandError, match="größer als 200 MB"):
        call_command("verify_notice", large)


def changed(notice: IssuedDocument, cast: Cast, kind: ChangeKind, paper: RenderedDocument) -> NoticeChange:
    """Have a notice corrected or revoked; the paper that says so is any paper."""
    text = ChangeText(
        ground="obvious_error" if kind == ChangeKind.CORRECTION else "requirement_unmet",
        reasons="Grund.",
        items=[("Seite 1", "a", "b")],
        hearing="Angehört.",
        known_on=legal_time.today(),
    )
    change = propose_change(case=notice.case, by=cast.officer, document=notice, kind=kind, text=text)
    sign_change(case=notice.case, by=cast.reviewer, change=change, content_sha256=change.content_sha256)
    prepared = PreparedDocument(
        kind="correction_notice" if kind == ChangeKind.CORRECTION else "revocation_notice",
        subject=str(change.uuid),
        number=f"X-{kind}",
        code=new_code(),
        title="Bescheid",
        issued_at=legal_time.now(),
        rendered=paper,
        sealed=None,
    )
    issue_document(case=notice.case, prepared=prepared)
    return change


def test_a_corrected_and_then_revoked_notice_says_so(
    notice: IssuedDocument, pdf: Path, cast: Cast, paper: RenderedDocument, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(notice, cast, ChangeKind.CORRECTION, paper)
    code, found, table = verify(pdf, capsys)
    assert (code, found["verdict"]) == (4, "corrected")
    assert "gilt zusammen mit der Berichtigung" in table
    changed(notice, cast, ChangeKind.REVOCATION, paper)
    code, found, table = verify(pdf, capsys)
    assert (code, found["verdict"], found["effect"]) == (3, "revocation_issued", "ending")
    today = f"{legal_time.today():%d.%m.%Y}"
    assert f"Echt und unverändert; Widerruf ausgefertigt am {today}, wird mit der Bekanntgabe wirksam." in table
    assert "Widerrufen" not in table
    notified(IssuedDocument.objects.get(number="X-revocation"))
    code, found, table = verify(pdf, capsys)
    assert (code, found["verdict"], found["effect"]) == (3, "revoked", "ended")
    assert [row["act"] for row in found["later"]] == ["corrected", "revoked"]  # type: ignore[attr-defined]
    assert "Widerrufen" in table
    assert "durch X-revocation" in table


def test_other_versions_of_the_renderer_are_named_and_prove_nothing(
    application: PermitCase,
    cast: Cast,
    sealed_paper: tuple[RenderedDocument, SealedPdf],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    to_signed(application, cast)
    rendered, sealed = sealed_paper
    then = dict(rendered.renderer_versions) | {"weasyprint": "60.0"}
    notified(issue(application, dataclasses.replace(rendered, renderer_versions=then), sealed=sealed))
    path = tmp_path / "alt.pdf"
    path.write_bytes(sealed.pdf)
    code, found, table = verify(path, capsys)
    assert (code, found["inputs"]) == (0, "versions_differ")
    assert f"weasyprint 60.0 → {rendered.renderer_versions['weasyprint']}" in table


def test_a_damaged_record_is_reported(notice: IssuedDocument, pdf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    font = StoredFile.objects.filter(authority=notice.authority, sha256__in=notice.assets).first()
    assert font is not None
    default_storage.delete(font.storage_name)
    code, found, table = verify(pdf, capsys)
    assert (code, found["inputs"]) == (5, "record_damaged")
    assert "Bitte melden Sie das" in table


def test_a_letter_without_a_seal_is_known_by_its_hash(
    application: PermitCase, cast: Cast, paper: RenderedDocument, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to_signed(application, cast)
    prepared = PreparedDocument(
        kind="receipt", subject="eins", number="X-E1", code=new_code(), title="Eingangsbestätigung",
        issued_at=legal_time.now(), rendered=paper, sealed=None,
    )  # fmt: skip
    issue_document(case=application, prepared=prepared)
    path = tmp_path / "brief.pdf"
    path.write_bytes(paper.pdf)
    code, found, table = verify(path, capsys)
    assert (code, found["files"], found["effect"]) == (0, "same", "none")
    assert "Echt und unverändert.\n" in table
    assert "ohne Siegel ausgefertigt" in table
    path.write_bytes(paper.pdf + b"\n")
    assert verify(path, capsys)[0] == 5
