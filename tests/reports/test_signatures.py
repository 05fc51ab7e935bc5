"""Signatures on documents that come in: good, expired, revoked, foreign, altered, doubled, none, garbage."""

from __future__ import annotations

import io
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.generic import ArrayObject, NumberObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.api import CAdESSignedAttrSpec
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator import ValidationContext

from reports.seal import SealPolicy, SealProfile
from reports.seal_keys import parse_certificates
from reports.signatures import SignatureCheck, SignatureLimits, SignatureState, check_signatures
from tests.reports.pki import Credential, Pki, serving

NOW = datetime.now(UTC)
VALID, INVALID, OPEN = SignatureState.VALID, SignatureState.INVALID, SignatureState.CANNOT_BE_ESTABLISHED


@pytest.fixture(scope="module")
def pki() -> Pki:
    """A root that we know."""
    return Pki(name="Test-Vertrauensdienst")


@pytest.fixture
def plan() -> bytes:
    """An unsigned plan of one page."""
    out = io.BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.save(out)
    return out.getvalue()


def signed(
    pdf: bytes,
    credential: Credential,
    folder: Path,
    *,
    field: str = "Signatur1",
    stamper: TimeStamper | None = None,
    stamp_content: bool = False,
    box: tuple[int, int, int, int] | None = None,
) -> bytes:
    """``pdf`` with one more signature; ``stamp_content``: the time stamp also stands below the signature.

    ``box``: where a stamp with words is shown; none: nothing is seen.
    """
    metadata = PdfSignatureMetadata(
        field_name=field,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        cades_signed_attr_spec=CAdESSignedAttrSpec(timestamp_content=stamp_content),
    )
    with credential.key_file(folder).open() as signer:
        out = PdfSigner(
            metadata,
            signer,
            timestamper=stamper,
            stamp_style=TextStampStyle(stamp_text="Die Decke traegt 50 kN/m2."),
            new_field_spec=SigFieldSpec(field, box=box) if box else None,
        ).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    content: bytes = out.getvalue()
    return content


def checked(pdf: bytes, pki: Pki, *, lists: bool = True) -> SignatureCheck:
    """The check with ``pki`` as the only root, and its revocation list."""
    return check_signatures(pdf, roots=[pki.root_pem], revocation_lists=[pki.crl()] if lists else [])


def turned(pdf: bytes) -> bytes:
    """``pdf`` with its page changed in a further revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page[pdf_name("/MediaBox")] = ArrayObject([NumberObject(side) for side in (0, 0, 200, 200)])
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_good_signature_is_valid_and_names_its_signer(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    pdf = signed(plan, pki.issue("Dipl.-Ing. David Neumann"), tmp_path)
    result = checked(pdf, pki)
    [found] = result.signatures
    assert (result.state, found.state) == (VALID, VALID)
    assert found.signer is not None
    assert "David Neumann" in found.signer
    assert found.covers == "die ganze Datei"
    assert found.claimed_at is not None
    assert abs(found.claimed_at - NOW) < timedelta(hours=1)
    assert found.stamped_at is None
    assert not found.claims_qualified


def test_pyhanko_and_poppler_agree_on_the_good_one(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    pdf = signed(plan, pki.issue("David Neumann"), tmp_path)
    context = ValidationContext(
        trust_roots=parse_certificates(pki.root_pem), crls=[pki.crl()], revocation_mode="require"
    )
    assert validate_pdf_signature(PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0], context).bottom_line
    (tmp_path / "plan.pdf").write_bytes(pdf)
    said = subprocess.run(
        ["pdfsig", "-nocert", str(tmp_path / "plan.pdf")], capture_output=True, text=True, check=False
    )
    assert "Signature is Valid." in said.stdout


def test_a_time_stamp_of_a_known_root_proves_the_time(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    [found] = checked(signed(plan, pki.issue("David Neumann"), tmp_path, stamper=pki.stamper()), pki).signatures
    assert found.state is VALID
    assert found.stamped_at is not None
    assert "belegt durch einen Zeitstempel" in found.reason


def test_an_expired_certificate_leaves_it_open(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    old = pki.issue("Abgelaufen", start=NOW - timedelta(days=900), end=NOW - timedelta(days=30))
    [found] = checked(signed(plan, old, tmp_path), pki).signatures
    assert found.state is OPEN
    assert "abgelaufen" in found.reason


def test_an_expired_certificate_that_was_good_at_the_time_stamp_is_valid(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    old = pki.issue("Abgelaufen", start=NOW - timedelta(days=300), end=NOW - timedelta(days=30))
    pdf = signed(plan, old, tmp_path, stamper=pki.stamper(at=NOW - timedelta(days=60)))
    [found] = checked(pdf, pki).signatures
    assert found.state is VALID, found.reason


def test_a_time_stamp_that_is_younger_than_the_certificate_leaves_it_open(
    plan: bytes, pki: Pki, tmp_path: Path
) -> None:
    old = pki.issue("Abgelaufen", start=NOW - timedelta(days=300), end=NOW - timedelta(days=30))
    [found] = checked(signed(plan, old, tmp_path, stamper=pki.stamper(at=NOW - timedelta(days=2))), pki).signatures
    assert found.state is OPEN
    assert "der Zeitstempel ist jünger" in found.reason


def test_a_time_stamp_below_the_signature_proves_that_the_certificate_had_expired(
    plan: bytes, pki: Pki, tmp_path: Path
) -> None:
    old = pki.issue("Abgelaufen", start=NOW - timedelta(days=300), end=NOW - timedelta(days=30))
    stamper = pki.stamper(at=NOW - timedelta(days=2))
    [found] = checked(signed(plan, old, tmp_path, stamper=stamper, stamp_content=True), pki).signatures
    assert found.state is INVALID
    assert "beim Signieren abgelaufen" in found.reason


def test_a_signature_that_exists_before_its_certificate_begins_is_invalid(
    plan: bytes, pki: Pki, tmp_path: Path
) -> None:
    early = pki.issue("Zu früh", start=NOW + timedelta(days=30), end=NOW + timedelta(days=90))
    [found] = checked(signed(plan, early, tmp_path), pki).signatures
    assert found.state is INVALID
    for words in ("noch nicht gültig", "gilt erst ab", "bestand bei dieser Prüfung schon am"):
        assert words in found.reason


def test_a_time_stamp_proves_that_the_certificate_was_not_valid_yet(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    young = pki.issue("Jung", start=NOW - timedelta(days=10))
    [found] = checked(signed(plan, young, tmp_path, stamper=pki.stamper(at=NOW - timedelta(days=60))), pki).signatures
    assert found.state is INVALID
    assert "bestand laut Zeitstempel schon am" in found.reason


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        (
            NOW + timedelta(days=1),
            NOW + timedelta(days=9),
            "eines Ausstellers war zum Zeitpunkt der Signatur",
        ),
        (NOW - timedelta(days=9), NOW - timedelta(days=1), "eines Ausstellers ist abgelaufen"),
    ],
)
def test_an_issuer_out_of_time_leaves_it_open(
    plan: bytes, pki: Pki, tmp_path: Path, start: datetime, end: datetime, says: str
) -> None:
    between = pki.intermediate("Zwischenstelle", start=start, end=end)
    [found] = checked(signed(plan, between.issue("Emma Schulz"), tmp_path), pki).signatures
    assert found.state is OPEN
    assert says in found.reason


def test_a_certificate_revoked_before_the_claimed_time_leaves_it_open(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    credential = pki.issue("Gesperrt")
    pki.revoke(credential, NOW - timedelta(days=10))
    for stamper, says in ((None, "kein Zeitstempel belegt"), (pki.stamper(), "Zeitstempel der Signatur ist jünger")):
        [found] = checked(signed(plan, credential, tmp_path, stamper=stamper), pki).signatures
        assert found.state is OPEN
        for words in ("gesperrt", says, "nennt einen Zeitpunkt nach der Sperrung"):
            assert words in found.reason


def test_a_certificate_revoked_before_signing_is_invalid_where_that_is_proven(
    plan: bytes, pki: Pki, tmp_path: Path
) -> None:
    credential = pki.issue("Gesperrt")
    pki.revoke(credential, NOW - timedelta(days=10))
    pdf = signed(plan, credential, tmp_path, stamper=pki.stamper(), stamp_content=True)
    [found] = checked(pdf, pki).signatures
    assert found.state is INVALID
    assert "beim Signieren schon gesperrt" in found.reason


def test_a_certificate_revoked_after_signing_is_open_without_a_time_stamp_and_valid_with_one(
    plan: bytes, pki: Pki, tmp_path: Path
) -> None:
    credential = pki.issue("Später gesperrt")
    bare = signed(plan, credential, tmp_path)
    stamped = signed(plan, credential, tmp_path, stamper=pki.stamper(at=NOW - timedelta(days=2)))
    pki.revoke(credential, NOW + timedelta(seconds=1))
    later = NOW + timedelta(hours=1)
    states = []
    for pdf in (bare, stamped):
        result = check_signatures(pdf, roots=[pki.root_pem], revocation_lists=[pki.crl(at=later)], at=later)
        states.append(result.signatures[0].state)
    assert states == [OPEN, VALID]


def test_without_revocation_data_it_is_not_called_valid(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    [found] = checked(signed(plan, pki.issue("David Neumann"), tmp_path), pki, lists=False).signatures
    assert found.state is OPEN
    assert "gesperrt" in found.reason
    assert "Sperrinformationen fehlen" in found.reason


def test_a_stale_revocation_list_is_not_enough(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    pdf = signed(plan, pki.issue("David Neumann"), tmp_path)
    stale = pki.crl(at=NOW - timedelta(days=60))
    [found] = check_signatures(pdf, roots=[pki.root_pem], revocation_lists=[stale]).signatures
    assert found.state is OPEN
    assert "veraltet" in found.reason


def test_revocation_data_in_the_file_is_enough(plan: bytes, tmp_path: Path) -> None:
    with serving(Pki(name="Dienst mit Auskunft")) as served:
        (tmp_path / "root.pem").write_bytes(served.root_pem)
        policy = SealPolicy(
            profile=SealProfile.B_LT,
            timestamp_url=f"{served.base}/tsa",
            trust_roots=(tmp_path / "root.pem",),
            fetch_revocation=True,
        )
        metadata = PdfSignatureMetadata(
            field_name="Signatur1",
            subfilter=SigSeedSubFilter.PADES,
            md_algorithm="sha256",
            embed_validation_info=True,
            validation_context=policy.context(fetching=True),
        )
        with served.issue("David Neumann").key_file(tmp_path).open() as signer:
            stamper = policy.time_stamper()
            signing = PdfSigner(metadata, signer, timestamper=stamper)
            pdf = signing.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(plan))).getvalue()
    [found] = check_signatures(pdf, roots=[served.root_pem]).signatures
    assert found.state is VALID, found.reason
    assert found.stamped_at is not None
    assert "Prüfdaten" in found.covers


def test_a_foreign_root_leaves_it_open(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    [found] = checked(signed(plan, Pki(name="Fremde Wurzel").issue("Unbekannt"), tmp_path), pki).signatures
    assert found.state is OPEN
    assert "Fremde Wurzel" in found.reason
    assert "nicht als vertrauenswürdig hinterlegt" in found.reason


def test_a_certificate_that_somebody_issued_to_themselves_is_called_so(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    """It once said "die Kette der Zertifikate ist nicht regelgerecht": there is no chain."""
    for root in (False, True):
        own = pki.own("Eva Gut", authority=root)
        [found] = checked(signed(plan, own, tmp_path), pki).signatures
        assert found.state is OPEN
        assert "Das Zertifikat ist selbst ausgestellt" in found.reason
        for words in ("Kette", "ausstellende Stelle", "abgelaufen"):
            assert words not in found.reason, words
    [old] = checked(signed(plan, pki.own("Eva Gut", end=NOW - timedelta(days=1)), tmp_path), pki).signatures
    assert old.state is OPEN
    for words in ("selbst ausgestellt", "abgelaufen"):
        assert words in old.reason
    # A second signature of such a person changes nothing about the first.
    twice = signed(signed(plan, pki.issue("David Neumann"), tmp_path), pki.own("Eva Gut"), tmp_path, field="Signatur2")
    assert "selbst ausgestellt" in checked(twice, pki).signatures[1].reason


def test_bytes_altered_after_signing_make_it_invalid(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    pdf = bytearray(signed(plan, pki.issue("David Neumann"), tmp_path))
    place = bytes(pdf).index(b"MediaBox")
    pdf[place + 10 : place + 11] = b"9"
    result = checked(bytes(pdf), pki)
    assert result.state is INVALID
    assert "nach dem Signieren verändert" in result.signatures[0].reason


def test_a_page_altered_in_a_later_revision_makes_it_invalid(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    [found] = checked(turned(signed(plan, pki.issue("David Neumann"), tmp_path)), pki).signatures
    assert found.state is INVALID
    assert "verändert" in found.reason
    assert found.covers == "nicht die Datei, wie sie vorliegt"


def test_two_good_signatures_are_both_valid(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    once = signed(plan, pki.issue("David Neumann"), tmp_path)
    twice = signed(once, pki.issue("Anna Brandt"), tmp_path, field="Signatur2")
    result = checked(twice, pki)
    assert [item.state for item in result.signatures] == [VALID, VALID]
    assert [item.covers_whole_file for item in result.signatures] == [False, True]
    assert "bis zu dieser Signatur" in result.signatures[0].covers


def test_a_later_signature_with_a_picture_leaves_open_what_the_earlier_one_showed(
    plan: bytes, pki: Pki, tmp_path: Path
) -> None:
    once = signed(plan, pki.issue("Eva Entwurf"), tmp_path)
    twice = signed(once, pki.issue("Stefan Statik"), tmp_path, field="Zweite", box=(50, 700, 545, 740))
    check = checked(twice, pki)
    assert [item.state for item in check.signatures] == [OPEN, VALID]
    first = check.signatures[0]
    assert "auf Seite 1 ein sichtbares Feld hinzu, das Inhalt verdecken oder ergänzen kann" in first.reason
    assert "unverändert" not in first.reason
    assert first.covers.endswith("danach kam auf Seite 1 ein sichtbares Feld hinzu")
    assert check.state == OPEN
    foreign = checked(signed(once, Pki(name="Fremd").issue("Otto"), tmp_path, field="F", box=(5, 7, 54, 74)), pki)
    assert [item.state for item in foreign.signatures] == [OPEN, OPEN]
    unlisted = checked(twice, pki, lists=False).signatures[0]
    assert (unlisted.state, "Der unterschriebene Stand ist unverändert" in unlisted.reason) == (OPEN, True)


def test_the_picture_of_a_signature_itself_is_no_later_one(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    once = signed(plan, pki.issue("Eva Entwurf"), tmp_path, box=(50, 700, 545, 740))
    twice = signed(once, pki.issue("Stefan Statik"), tmp_path, field="Zweite")
    assert [item.state for item in checked(twice, pki).signatures] == [VALID, VALID]


def test_of_a_good_and_a_broken_signature_each_is_told_and_the_worst_counts(
    plan: bytes, pki: Pki, tmp_path: Path
) -> None:
    once = signed(plan, pki.issue("David Neumann"), tmp_path)
    altered = signed(turned(once), pki.issue("Anna Brandt"), tmp_path, field="Signatur2")
    result = checked(altered, pki)
    assert [item.state for item in result.signatures] == [INVALID, VALID]
    assert result.state is INVALID


def test_a_file_without_signature_is_unsigned(plan: bytes, pki: Pki) -> None:
    result = checked(plan, pki)
    assert (result.state, result.signatures, result.problem) == ("unsigned", (), "")


@pytest.mark.parametrize("content", [b"", b"no pdf at all", b"%PDF-1.7\n" + os.urandom(3_000)])
def test_garbage_is_told_and_never_fine(content: bytes, pki: Pki) -> None:
    result = checked(content, pki)
    assert result.state is OPEN
    assert "nicht lesen" in result.problem


def zeroed(pdf: bytes, first: int = 0, last: int | None = None) -> bytes:
    """``pdf`` with digits of its signature, or all, made zeros."""
    start = pdf.index(b"/Contents <") + len(b"/Contents <")
    end = pdf.index(b">", start) if last is None else start + last
    start += first
    return pdf[:start] + b"0" * (end - start) + pdf[end:]


@pytest.mark.parametrize(("first", "last"), [(40, 440), (0, None), (0, 2)])
def test_a_garbled_signature_is_invalid(plan: bytes, pki: Pki, tmp_path: Path, first: int, last: int | None) -> None:
    result = checked(zeroed(signed(plan, pki.issue("David Neumann"), tmp_path), first, last), pki)
    assert (result.state, result.problem) == (INVALID, "")
    assert "beschädigt" in result.signatures[0].reason


def test_beside_a_zeroed_signature_the_good_one_is_told(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    once = signed(plan, pki.issue("David Neumann"), tmp_path)
    result = checked(signed(zeroed(once), pki.issue("Anna Brandt"), tmp_path, field="Signatur2"), pki)
    assert [item.state for item in result.signatures] == [INVALID, VALID]
    assert [item.field_name for item in result.signatures] == ["Signatur1", "Signatur2"]


def test_a_kind_of_signature_that_we_cannot_check_is_open_and_never_unsigned(
    plan: bytes, pki: Pki, tmp_path: Path
) -> None:
    pdf = signed(plan, pki.issue("David Neumann"), tmp_path)
    assert b"/ETSI.CAdES.detached" in pdf
    result = checked(pdf.replace(b"/ETSI.CAdES.detached", b"/adbe.x509.rsa_sha1 "), pki)
    assert result.state is OPEN
    assert "Signaturen dieser Art" in result.signatures[0].reason


@pytest.mark.parametrize("name", ["Zoë 😀", "Familie 👨‍👩‍👧", "אבג 1"])
def test_a_name_of_any_characters_does_not_make_a_good_signature_bad(
    plan: bytes, pki: Pki, tmp_path: Path, name: str
) -> None:
    pdf = signed(plan, pki.issue(name), tmp_path)
    [found] = checked(pdf, pki).signatures
    assert found.state is VALID, found.reason
    assert name[:3] in (found.signer or "")
    place = pdf.index(b"MediaBox") + 10
    assert checked(pdf[:place] + b"9" + pdf[place + 1 :], pki).state is INVALID


def test_names_that_no_rule_prepares_are_told_apart(plan: bytes, tmp_path: Path) -> None:
    known, other = Pki(name="Dienst 😀"), Pki(name="Dienst 😁")
    good = signed(plan, known.issue("Anna Brandt"), tmp_path)
    assert checked(good, known).state is VALID
    assert checked(good, other).state is OPEN
    assert checked(good, Pki(name="Dienst 😀")).state is not VALID, "the same name, another key"


def test_a_certificate_that_cannot_be_read_leaves_an_intact_signature_open(
    plan: bytes, pki: Pki, tmp_path: Path
) -> None:
    credential = pki.issue("David Neumann", usage=b"\x04\x01\x00")
    pdf = signed(plan, credential, tmp_path)
    [found] = checked(pdf, pki).signatures
    assert found.state is OPEN
    assert "lässt sich nicht auswerten" in found.reason
    assert found.signer == "Name: David Neumann, Staat: DE"
    place = pdf.index(b"MediaBox") + 10
    assert checked(pdf[:place] + b"9" + pdf[place + 1 :], pki).state is INVALID


def test_an_unknown_issuer_does_not_hide_that_the_certificate_is_out_of_time(
    plan: bytes, pki: Pki, tmp_path: Path
) -> None:
    foreign, day = Pki(name="Fremde Wurzel"), timedelta(days=1)
    [old] = checked(signed(plan, foreign.issue("Alt", end=NOW - day), tmp_path), pki).signatures
    assert old.state is OPEN
    for words in ("nicht als vertrauenswürdig hinterlegt", "abgelaufen", "kein Zeitstempel"):
        assert words in old.reason
    [new] = checked(signed(plan, foreign.issue("Neu", start=NOW + day), tmp_path), pki).signatures
    assert new.state is OPEN, "nobody vouches for what the certificate says about its time"
    for words in ("nicht als vertrauenswürdig hinterlegt", "noch nicht gültig", "gilt erst ab"):
        assert words in new.reason


def test_characters_that_deceive_are_written_out(plan: bytes, tmp_path: Path) -> None:
    foreign = Pki(name="Dienst\u202etsneiD")
    [found] = checked(signed(plan, foreign.issue("Zoe \u202egnutluG\u200b"), tmp_path), Pki()).signatures
    assert found.signer == "Name: Zoe [U+202E]gnutluG[U+200B], Staat: DE"
    assert found.issuer == "Name: Dienst[U+202E]tsneiD, Staat: DE"
    assert "\u202e" not in found.reason


def test_a_check_that_costs_too_much_says_so(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    pdf = signed(plan, pki.issue("David Neumann"), tmp_path)
    limits = SignatureLimits(max_memory_bytes=60_000_000)
    result = check_signatures(pdf, roots=[pki.root_pem], limits=limits)
    assert result.state is OPEN
    assert "zu viel Zeit oder Speicher" in result.problem


def test_with_no_root_at_all_nothing_is_valid(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    result = check_signatures(signed(plan, pki.issue("David Neumann"), tmp_path), roots=[])
    assert result.state is OPEN


def test_a_certificate_for_another_purpose_does_not_sign(plan: bytes, pki: Pki, tmp_path: Path) -> None:
    [found] = checked(signed(plan, pki.root, tmp_path), pki).signatures
    assert found.state is INVALID
    assert "nicht zum Signieren" in found.reason


@pytest.fixture
def root_file(pki: Pki, tmp_path: Path) -> Path:
    """The root in DER, as trust lists deliver it."""
    path = tmp_path / "root.der"
    path.write_bytes(pki.root.certificate.public_bytes(Encoding.DER))
    return path


def test_roots_may_be_der(plan: bytes, pki: Pki, root_file: Path, tmp_path: Path) -> None:
    pdf = signed(plan, pki.issue("David Neumann"), tmp_path)
    assert check_signatures(pdf, roots=[root_file.read_bytes()], revocation_lists=[pki.crl()]).state is VALID
