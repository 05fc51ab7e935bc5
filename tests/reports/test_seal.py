"""Seals: valid, altered, of an unknown root; keys in files and devices; levels."""

from __future__ import annotations

import dataclasses
import io
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pkcs11
import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from pkcs11 import Attribute, CertificateType, KeyType, ObjectClass
from pyhanko.pdf_utils.generic import ArrayObject, NumberObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from reports.contexts import SealLevel
from reports.demo_pki import DemoPki, make_demo_pki
from reports.fonts import FontSet
from reports.pdf import RenderedDocument, render_document
from reports.samples.cast import SEAL, SEALED_AT, SERIAL
from reports.samples.receipt import receipt
from reports.seal import SealedPdf, SealError, seal_pdf
from reports.seal_keys import PfxKey, Pkcs11Key, SealKeyError
from reports.seal_validation import SealState, validate_seal
from tools.verapdf import validate

PIN, LABEL, TOKEN = "648219", "Siegel", "bauakte-test"


def test_a_sealed_document_is_valid_against_its_root(sealed: dict[str, SealedPdf], pki: DemoPki) -> None:
    for item in sealed.values():
        result = validate_seal(item.pdf, [pki.ca_certificate])
        assert result.state is SealState.VALID, result.reason
        assert result.covers_whole_file
        assert result.sealed_at == SEALED_AT == item.sealed_at
        assert result.signer is not None
        assert "ohne Rechtswirkung" in result.signer
        assert item.serial == SERIAL


def test_any_changed_byte_makes_the_seal_invalid(sealed: dict[str, SealedPdf], pki: DemoPki) -> None:
    content = sealed["receipt"].pdf
    for place in (1_000, 20_000, len(content) // 2):
        altered = bytearray(content)
        altered[place] ^= 0x01
        assert validate_seal(bytes(altered), [pki.ca_certificate]).state is SealState.INVALID


def test_a_page_changed_after_sealing_makes_the_seal_invalid(sealed: dict[str, SealedPdf], pki: DemoPki) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed["receipt"].pdf))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page[pdf_name("/MediaBox")] = ArrayObject([NumberObject(side) for side in (0, 0, 200, 200)])
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    result = validate_seal(out.getvalue(), [pki.ca_certificate])
    assert result.state is SealState.INVALID
    assert "verändert" in result.reason


def test_bytes_behind_the_sealed_document_make_it_invalid(sealed: dict[str, SealedPdf], pki: DemoPki) -> None:
    result = validate_seal(sealed["receipt"].pdf + b"\n% more", [pki.ca_certificate])
    assert result.state is SealState.INVALID
    assert not result.covers_whole_file


def test_an_unknown_root_leaves_it_open(sealed: dict[str, SealedPdf], tmp_path: Path) -> None:
    other = make_demo_pki(tmp_path, organisation="Andere Stadt")
    for roots in ([], [other.ca_certificate], [other.ca_certificate.read_bytes()]):
        result = validate_seal(sealed["receipt"].pdf, roots)
        assert result.state is SealState.CANNOT_BE_ESTABLISHED
        assert "unverändert" in result.reason


def test_a_certificate_out_of_time_leaves_it_open(sealed: dict[str, SealedPdf], pki: DemoPki) -> None:
    result = validate_seal(sealed["receipt"].pdf, [pki.ca_certificate], at=datetime.now(UTC) + timedelta(days=40 * 365))
    assert result.state is SealState.CANNOT_BE_ESTABLISHED


def test_files_without_a_seal_are_invalid(rendered: dict[str, RenderedDocument], pki: DemoPki) -> None:
    for content in (rendered["receipt"].pdf, b"", b"no pdf", b"%PDF-1.7\n" + os.urandom(2_000)):
        assert validate_seal(content, [pki.ca_certificate]).state is SealState.INVALID


def test_a_key_from_a_file_is_never_qualified(pki: DemoPki) -> None:
    with pytest.raises(SealKeyError, match="qualifiziertes"):
        PfxKey(path=pki.pfx, password=pki.password, level=SealLevel.QUALIFIED)


def test_the_printed_level_must_be_the_level_of_the_key(rendered: dict[str, RenderedDocument], pki: DemoPki) -> None:
    key = PfxKey(path=pki.pfx, password=pki.password, level=SealLevel.ADVANCED)
    with pytest.raises(SealError, match="ohne Rechtswirkung"):
        seal_pdf(rendered["receipt"].pdf, key, seal=SEAL)


def test_a_demo_seal_says_so_and_an_advanced_one_does_not(
    fonts: FontSet, rendered: dict[str, RenderedDocument]
) -> None:
    assert "ohne Rechtswirkung" in rendered["receipt"].html
    advanced = render_document(receipt(seal=dataclasses.replace(SEAL, level=SealLevel.ADVANCED)), fonts=fonts)
    assert "ohne Rechtswirkung" not in advanced.html
    assert "fortgeschrittenes elektronisches Siegel" in advanced.html.replace("\u00a0", " ")


def test_sealing_twice_or_without_a_field_is_refused(
    sealed: dict[str, SealedPdf], demo_key: PfxKey, fonts: FontSet
) -> None:
    with pytest.raises(SealError, match="bereits gesiegelt"):
        seal_pdf(sealed["receipt"].pdf, demo_key, seal=SEAL)
    with pytest.raises(SealError, match="kein Siegelfeld"):
        seal_pdf(render_document(receipt(seal=None), fonts=fonts).pdf, demo_key, seal=SEAL)
    with pytest.raises(SealError, match="keine lesbare PDF-Datei"):
        seal_pdf(b"no pdf", demo_key, seal=SEAL)


def test_a_certificate_that_was_not_yet_valid_is_refused(
    rendered: dict[str, RenderedDocument], demo_key: PfxKey
) -> None:
    early = dataclasses.replace(SEAL, sealed_at=datetime(2001, 1, 1, tzinfo=UTC))
    with pytest.raises(SealError, match=r"01\.01\.2001"):
        seal_pdf(rendered["receipt"].pdf, demo_key, seal=early)


def test_a_wrong_password_or_file_is_told_without_the_password(pki: DemoPki, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pfx"
    broken.write_bytes(b"nothing")
    for key in (
        PfxKey(path=pki.pfx, password="geheim-falsch"),
        PfxKey(path=broken, password="geheim-falsch"),
        PfxKey(path=tmp_path / "missing.pfx", password="geheim-falsch"),
        PfxKey(path=pki.pfx, password=pki.password, chain=(broken,)),
    ):
        with pytest.raises(SealKeyError) as caught, key.open():
            pytest.fail("the key opened")
        assert "geheim-falsch" not in str(caught.value)
        assert "geheim-falsch" not in repr(key)


def test_the_demo_pki_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = make_demo_pki(tmp_path / "pki", organisation="Stadt Musterstadt")
    before = first.pfx.read_bytes()
    assert make_demo_pki(tmp_path / "pki", organisation="Stadt Musterstadt").pfx.read_bytes() == before
    assert stat.S_IMODE(first.pfx.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.password_file.stat().st_mode) == 0o600
    first.pfx.unlink()  # as after a killed set-up
    assert make_demo_pki(tmp_path / "pki", organisation="Stadt Musterstadt").pfx.exists()


def test_processes_that_make_the_demo_pki_at_once_agree(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from reports.demo_pki import make_demo_pki; "
        "from reports.seal_keys import PfxKey; pki = make_demo_pki(Path(sys.argv[1]), organisation='Stadt'); "
        "PfxKey(path=pki.pfx, password=pki.password).open().__enter__()"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "pki")]
    project = Path(__file__).resolve().parents[2]
    running = [subprocess.Popen(command, cwd=project) for _ in range(4)]
    assert [process.wait(60) for process in running] == [0, 0, 0, 0]


def test_the_demo_certificates_have_proper_profiles(pki: DemoPki) -> None:
    root = x509.load_pem_x509_certificate(pki.ca_certificate.read_bytes())
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value == x509.BasicConstraints(True, 0)
    assert root.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    _, leaf, chain = pkcs12.load_key_and_certificates(pki.pfx.read_bytes(), pki.password.encode())
    assert leaf is not None
    leaf.verify_directly_issued_by(root)
    assert chain == [root]
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [purpose.dotted_string for purpose in purposes] == ["1.3.6.1.5.5.7.3.36"]


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory, pki: DemoPki) -> Iterator[Path]:
    """A SoftHSM token with the demo key and certificate; Debian's package softhsm2 brings the module."""
    module = Path("/usr/lib/softhsm/libsofthsm2.so")
    assert module.exists(), "SoftHSM is missing: apt-get install softhsm2"
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    command = ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--so-pin", "99887766", "--pin", PIN]
    subprocess.run(command, check=True, capture_output=True)
    key, certificate, _ = pkcs12.load_key_and_certificates(pki.pfx.read_bytes(), pki.password.encode())
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert certificate is not None
    numbers = key.private_numbers()
    with pkcs11.lib(str(module)).get_token(token_label=TOKEN).open(user_pin=PIN, rw=True) as session:
        session.create_object(
            {
                Attribute.CLASS: ObjectClass.PRIVATE_KEY,
                Attribute.KEY_TYPE: KeyType.EC,
                Attribute.TOKEN: True,
                Attribute.PRIVATE: True,
                Attribute.SENSITIVE: True,
                Attribute.SIGN: True,
                Attribute.LABEL: LABEL,
                Attribute.ID: b"\x01",
                Attribute.EC_PARAMS: asn1_keys.NamedCurve("secp256r1").dump(),
                Attribute.VALUE: numbers.private_value.to_bytes(32, "big"),
            }
        )
        session.create_object(
            {
                Attribute.CLASS: ObjectClass.CERTIFICATE,
                Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                Attribute.TOKEN: True,
                Attribute.LABEL: LABEL,
                Attribute.ID: b"\x01",
                Attribute.SUBJECT: Certificate.load(certificate.public_bytes(Encoding.DER)).subject.dump(),
                Attribute.VALUE: certificate.public_bytes(Encoding.DER),
            }
        )
    yield module
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


def test_a_key_in_a_device_seals(
    device: Path, rendered: dict[str, RenderedDocument], pki: DemoPki, tmp_path: Path
) -> None:
    key = Pkcs11Key(module=device, token=TOKEN, key_label=LABEL, pin=PIN, chain=(pki.ca_certificate,))
    result = seal_pdf(rendered["receipt"].pdf, key, seal=SEAL)
    assert validate_seal(result.pdf, [pki.ca_certificate]).state is SealState.VALID
    (tmp_path / "device.pdf").write_bytes(result.pdf)
    assert [verdict.failed for verdict in validate([tmp_path / "device.pdf"], ["3a", "ua1"])] == [{}, {}]


def test_a_device_key_may_be_qualified_and_takes_its_certificate_from_a_file(
    device: Path, fonts: FontSet, pki: DemoPki, tmp_path: Path
) -> None:
    _, certificate, _ = pkcs12.load_key_and_certificates(pki.pfx.read_bytes(), pki.password.encode())
    assert certificate is not None
    (tmp_path / "seal.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    key = Pkcs11Key(
        module=device,
        token=TOKEN,
        key_label=LABEL,
        pin=PIN,
        level=SealLevel.QUALIFIED,
        certificate=tmp_path / "seal.pem",
    )
    seal = dataclasses.replace(SEAL, level=SealLevel.QUALIFIED)
    document = render_document(receipt(seal=seal), fonts=fonts)
    result = seal_pdf(document.pdf, key, seal=seal)
    assert result.level is SealLevel.QUALIFIED
    assert validate_seal(result.pdf, [pki.ca_certificate]).state is SealState.VALID


@pytest.mark.parametrize(
    "changes",
    [{"pin": "000000"}, {"token": "none"}, {"key_label": "none"}, {"module": Path("/nowhere/module.so")}],
)
def test_a_wrong_device_setting_is_told_without_the_pin(
    device: Path, rendered: dict[str, RenderedDocument], changes: dict[str, object]
) -> None:
    values: dict[str, object] = {"module": device, "token": TOKEN, "key_label": LABEL, "pin": PIN, **changes}
    key = Pkcs11Key(**values)  # type: ignore[arg-type]
    with pytest.raises(SealKeyError) as caught:
        seal_pdf(rendered["receipt"].pdf, key, seal=SEAL)
    assert str(values["pin"]) not in str(caught.value)
    assert str(values["pin"]) not in repr(key)
