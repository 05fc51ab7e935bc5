"""PAdES B-B, B-T and B-LT against servers of our own: reached and proven, or refused, never less in silence."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from asn1crypto.cms import ContentInfo
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature

from reports.contexts import SealInfo
from reports.fonts import FontSet
from reports.pdf import RenderedDocument, render_document
from reports.samples.cast import SEAL
from reports.samples.receipt import receipt
from reports.seal import SealedPdf, SealError, SealPolicy, SealProfile, seal_pdf
from reports.seal_keys import SealKey, SealKeyError, load_certificates
from reports.seal_validation import SealState, validate_seal
from tests.reports.pki import Pki, serving
from tools.verapdf import validate

NOW = datetime.now(UTC).replace(microsecond=0)
TODAY = dataclasses.replace(SEAL, sealed_at=NOW)
TIME_STAMP_TOKEN = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0e"  # id-aa-signatureTimeStampToken (RFC 3161)


@pytest.fixture
def served() -> Iterator[Pki]:
    """A PKI whose servers answer on the loopback."""
    with serving(Pki()) as pki:
        yield pki


@pytest.fixture
def key(served: Pki, tmp_path: Path) -> SealKey:
    """A sealing key of that PKI."""
    return served.issue("Siegel der Stadt Musterstadt").key_file(tmp_path)


@pytest.fixture
def policy(served: Pki, tmp_path: Path) -> SealPolicy:
    """B-LT with all that it needs."""
    root = tmp_path / "root.pem"
    root.write_bytes(served.root_pem)
    return SealPolicy(
        profile=SealProfile.B_LT,
        timestamp_url=f"{served.base}/tsa",
        timestamp_seconds=5,
        trust_roots=(root,),
        fetch_revocation=True,
    )


@pytest.fixture(scope="module")
def document(fonts: FontSet) -> RenderedDocument:
    """A receipt with a seal field of today."""
    return render_document(receipt(seal=TODAY), fonts=fonts)


def sealed_with(document: RenderedDocument, key: SealKey, policy: SealPolicy, seal: SealInfo = TODAY) -> SealedPdf:
    return seal_pdf(document.pdf, key, seal=seal, policy=policy)


def contents_of(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return bytes(opened.Root.AcroForm.Fields[0].V.Contents)


@pytest.mark.parametrize("profile", list(SealProfile))
def test_every_profile_is_reached_and_keeps_both_standards(
    profile: SealProfile, document: RenderedDocument, key: SealKey, policy: SealPolicy, served: Pki, tmp_path: Path
) -> None:
    result = sealed_with(document, key, dataclasses.replace(policy, profile=profile))
    assert result.profile is profile
    assert (TIME_STAMP_TOKEN in contents_of(result.pdf)) is (profile is not SealProfile.B_B)
    with pikepdf.open(io.BytesIO(result.pdf)) as opened:
        assert ("/DSS" in opened.Root) is (profile is SealProfile.B_LT)
    assert ("/tsa" in served.requests) is (profile is not SealProfile.B_B)
    asked = set(served.requests) & {"/ocsp", "/crl"}
    assert bool(asked) is (profile is SealProfile.B_LT)
    path = tmp_path / "sealed.pdf"
    path.write_bytes(result.pdf)
    assert [verdict.failed for verdict in validate([path], ["3a", "ua1"])] == [{}, {}]
    checked = validate_seal(result.pdf, [served.root_pem])
    assert checked.state is SealState.VALID, checked.reason


def test_poppler_finds_the_same_signature_valid(
    document: RenderedDocument, key: SealKey, policy: SealPolicy, tmp_path: Path
) -> None:
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed_with(document, key, policy).pdf)
    said = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout
    assert "Signature Validation: Signature is Valid." in said
    assert "ETSI.CAdES.detached" in said


def test_openssl_verifies_signature_and_chain(
    document: RenderedDocument, key: SealKey, policy: SealPolicy, tmp_path: Path
) -> None:
    pdf = sealed_with(document, key, policy).pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        start, length, second, rest = (int(number) for number in opened.Root.AcroForm.Fields[0].V.ByteRange)
    (tmp_path / "signed").write_bytes(pdf[start : start + length] + pdf[second : second + rest])
    (tmp_path / "seal.p7s").write_bytes(contents_of(pdf))
    command = ["openssl", "cms", "-verify", "-inform", "DER", "-in", str(tmp_path / "seal.p7s"), "-binary"]
    command += ["-content", str(tmp_path / "signed"), "-CAfile", str(policy.trust_roots[0]), "-purpose", "any"]
    done = subprocess.run([*command, "-out", "/dev/null"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_openssl_takes_time_stamp_and_revocation_data_from_the_file(
    document: RenderedDocument, key: SealKey, policy: SealPolicy, tmp_path: Path
) -> None:
    pdf = sealed_with(document, key, policy).pdf
    [signer] = ContentInfo.load(contents_of(pdf))["content"]["signer_infos"]
    [token] = [item["values"][0] for item in signer["unsigned_attrs"]]
    (tmp_path / "token.der").write_bytes(token.dump())
    digest = hashlib.sha256(signer["signature"].native).hexdigest()
    root = str(policy.trust_roots[0])
    command = ["openssl", "ts", "-verify", "-digest", digest, "-token_in", "-in", str(tmp_path / "token.der")]
    done = subprocess.run([*command, "-CAfile", root], capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        responses = [bytes(item.read_bytes()) for item in opened.Root.DSS.get("/OCSPs", ())]
        lists = [bytes(item.read_bytes()) for item in opened.Root.DSS.get("/CRLs", ())]
    assert lists, "the time-stamp server's certificate names a revocation list only"
    (tmp_path / "list.crl").write_bytes(lists[0])
    command = ["openssl", "crl", "-inform", "DER", "-in", str(tmp_path / "list.crl"), "-noout", "-CAfile", root]
    assert "verify OK" in subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert responses, "the seal's certificate names an OCSP server"
    (tmp_path / "response.der").write_bytes(responses[0])
    command = ["openssl", "ocsp", "-respin", str(tmp_path / "response.der"), "-CAfile", root, "-verify_other", root]
    command += ["-resp_text"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Cert Status: good" in done.stdout
    assert "Response verify OK" in done.stdout + done.stderr


def test_the_long_term_proof_holds_from_the_file_alone(
    document: RenderedDocument, key: SealKey, policy: SealPolicy, served: Pki
) -> None:
    pdf = sealed_with(document, key, policy).pdf
    asked = len(served.requests)
    reader = PdfFileReader(io.BytesIO(pdf))
    roots = load_certificates(policy.trust_roots)
    options = {"trust_roots": roots, "allow_fetching": False, "revocation_mode": "require"}
    context = DocumentSecurityStore.read_dss(reader).as_validation_context(options)
    status = validate_pdf_signature(reader.embedded_regular_signatures[0], context)
    assert status.bottom_line
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.trusted
    assert len(served.requests) == asked


@pytest.mark.parametrize("fault", ["down", "garbage", "forged"])
@pytest.mark.parametrize("profile", [SealProfile.B_T, SealProfile.B_LT])
def test_a_time_stamp_server_that_fails_or_lies_is_a_refusal(
    fault: str, profile: SealProfile, document: RenderedDocument, key: SealKey, policy: SealPolicy, served: Pki
) -> None:
    served.fault = fault
    with pytest.raises(SealError, match=r"[Zz]eitstempel|B-LT|B-T"):
        sealed_with(document, key, dataclasses.replace(policy, profile=profile))


def test_a_time_stamp_server_that_nobody_answers_for_is_a_refusal(
    document: RenderedDocument, key: SealKey, policy: SealPolicy
) -> None:
    silent = dataclasses.replace(policy, profile=SealProfile.B_T, timestamp_url="http://127.0.0.1:9/tsa")
    with pytest.raises(SealError, match="Zeitstempeldienst"):
        sealed_with(document, key, silent)


def test_a_time_stamp_of_an_unknown_root_is_a_refusal(
    document: RenderedDocument, key: SealKey, policy: SealPolicy
) -> None:
    with serving(Pki(name="Fremde Wurzel")) as other:
        foreign = dataclasses.replace(policy, profile=SealProfile.B_T, timestamp_url=f"{other.base}/tsa")
        with pytest.raises(SealError, match="Zeitstempel lässt sich auf keine"):
            sealed_with(document, key, foreign)


def test_a_revoked_sealing_certificate_reaches_no_long_term_profile(
    document: RenderedDocument, served: Pki, policy: SealPolicy, tmp_path: Path
) -> None:
    credential = served.issue("Gesperrtes Siegel")
    served.revoke(credential, NOW - timedelta(days=3))
    with pytest.raises(SealError, match="B-LT"):
        sealed_with(document, credential.key_file(tmp_path), policy)


def test_without_revocation_data_there_is_no_long_term_profile(
    document: RenderedDocument, policy: SealPolicy, served: Pki, tmp_path: Path
) -> None:
    base, served.base = served.base, ""  # certificates that name neither CRL nor OCSP
    key = served.issue("Siegel ohne Sperrauskunft").key_file(tmp_path)
    served.base = base
    with pytest.raises(SealError, match="B-LT"):
        sealed_with(document, key, policy)


def test_a_revocation_list_at_hand_does_without_the_network(
    document: RenderedDocument, key: SealKey, policy: SealPolicy, served: Pki, tmp_path: Path
) -> None:
    (tmp_path / "liste.crl").write_bytes(served.crl())
    offline = dataclasses.replace(policy, fetch_revocation=False, revocation_lists=(tmp_path / "liste.crl",))
    assert sealed_with(document, key, offline).profile is SealProfile.B_LT
    assert set(served.requests) == {"/tsa"}


def test_what_a_profile_lacks_is_told_before_the_key_is_touched(document: RenderedDocument, key: SealKey) -> None:
    with pytest.raises(SealError, match="Adresse eines Zeitstempeldienstes"):
        sealed_with(document, key, SealPolicy(profile=SealProfile.B_T))
    with pytest.raises(SealError, match="weder Abruf noch Sperrlisten"):
        sealed_with(document, key, SealPolicy(profile=SealProfile.B_LT, timestamp_url="http://127.0.0.1:9/tsa"))


def test_a_broken_revocation_list_is_named(document: RenderedDocument, key: SealKey, policy: SealPolicy) -> None:
    broken = policy.trust_roots[0].with_name("kaputt.crl")
    broken.write_bytes(b"nothing")
    with pytest.raises(SealKeyError, match=r"kaputt\.crl"):
        sealed_with(document, key, dataclasses.replace(policy, revocation_lists=(broken,)))


def test_a_certificate_seals_until_the_moment_it_ends(served: Pki, fonts: FontSet, tmp_path: Path) -> None:
    end = NOW + timedelta(hours=1)
    key = served.issue("Läuft heute ab", end=end).key_file(tmp_path)
    for moment, seals in ((end, True), (end + timedelta(seconds=1), False)):
        seal = dataclasses.replace(SEAL, sealed_at=moment)
        pdf = render_document(receipt(seal=seal), fonts=fonts).pdf
        if seals:
            assert seal_pdf(pdf, key, seal=seal).profile is SealProfile.B_B
        else:
            with pytest.raises(SealError, match="gilt vom"):
                seal_pdf(pdf, key, seal=seal)
