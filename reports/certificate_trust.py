"""Whether the certificate of a signature is to be trusted: every reason that is known why not.

The rules are those of ETSI EN 319 102-1, held to what the file and the given certificates and revocation lists
prove; nothing is fetched. "Invalid" needs proof, and what the signer says about the time is none:

* Not valid yet (NOT_YET_VALID, 5.5.4 step 4 b and d): invalid where a trusted time stamp, or the moment of the check
  itself, lies before the certificate begins. The signature existed then, so it was made before.
* Expired (OUT_OF_BOUNDS_NO_POE, 5.2.6.4 step 7): open, unless a time stamp shows that the signature existed before.
  Invalid (EXPIRED, 5.3.4) where a time stamp *below* the signature shows that it was made afterwards.
* Revoked (REVOKED_NO_POE, 5.2.6.4 step 4): likewise. A time stamp *on* the signature that is younger than the
  revocation proves nothing: the signature may be older than it.
* Unknown issuer, the signer as issuer (NO_CERTIFICATE_CHAIN_FOUND), or an issuer that is out of time
  (CERTIFICATE_CHAIN_GENERAL_FAILURE): open, whatever the certificate says about its own time, for nobody vouches
  for what it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from asn1crypto import crl, ocsp
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InsufficientRevinfoError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)

from reports.certificate_names import short_name
from reports.formatting import german_moment

SIGNING_USAGES = {"digital_signature", "non_repudiation"}
UNCHANGED = "Das Dokument ist seit dem Signieren unverändert"


class SignatureState(StrEnum):
    """TOTAL-PASSED, TOTAL-FAILED and INDETERMINATE of ETSI EN 319 102-1."""

    VALID = "valid"
    INVALID = "invalid"
    CANNOT_BE_ESTABLISHED = "cannot_be_established"


@dataclass(frozen=True)
class Trust:
    """What signatures are held against: roots, revocation lists, and whether proof of no revocation is needed."""

    roots: Sequence[Certificate]
    revocation_lists: Sequence[crl.CertificateList] = ()
    revocation_needed: bool = True


@dataclass
class Evidence:
    """Certificates, lists and answers that the file itself holds."""

    certificates: list[Certificate] = field(default_factory=list)
    lists: list[crl.CertificateList] = field(default_factory=list)
    answers: list[ocsp.OCSPResponse] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Times:
    """When a signature was made, as far as it is known (ETSI EN 319 102-1: best-signature-time).

    ``claimed_at`` is what the signer says. ``stamped_at`` is a trusted time stamp on the signature: it existed then.
    ``content_stamped_at`` is one that the signature covers: it was made later than that.
    """

    checked_at: datetime
    claimed_at: datetime | None = None
    stamped_at: datetime | None = None
    content_stamped_at: datetime | None = None

    @property
    def existed_at(self) -> datetime:
        """The earliest moment at which the signature is proven to have existed."""
        return self.stamped_at or self.checked_at

    def made_after(self, moment: datetime) -> bool:
        """Whether it is proven that the signature was made after ``moment``."""
        return self.content_stamped_at is not None and self.content_stamped_at > moment


async def trusted(
    certificate: Certificate, trust: Trust, evidence: Evidence, times: Times
) -> tuple[SignatureState, str]:
    """Return the verdict on an unchanged document: whose certificate, valid then, revoked then."""
    then = times.existed_at
    usage = certificate.key_usage_value
    if usage is not None and not SIGNING_USAGES & usage.native:
        return SignatureState.INVALID, "Das Zertifikat ist nicht zum Signieren ausgestellt."
    error = await _path_error(certificate, trust, evidence, then, needed=False)
    early, late = then < certificate.not_valid_before, then > certificate.not_valid_after
    if early or late:
        # Whether the path holds apart from this is seen at a moment at which the certificate is in time.
        within = certificate.not_valid_before if early else certificate.not_valid_after
        error = await _path_error(certificate, trust, evidence, within, needed=False)
        vouched = error is None or isinstance(error, RevokedError)
        if vouched and early:
            return SignatureState.INVALID, _too_early(certificate, times)
        if vouched and times.made_after(certificate.not_valid_after):
            return SignatureState.INVALID, _too_late(certificate, times)
    unknown = isinstance(error, PathBuildingError | ExpiredError | NotYetValidError) or _is_own(certificate, error)
    if unknown or early or late:
        return _out_of_time_or_unknown(certificate, error, times)
    if error is not None and not isinstance(error, RevokedError):
        return _open(f"{UNCHANGED}, aber die Kette der Zertifikate ist nicht regelgerecht.")
    revoked = error if isinstance(error, RevokedError) else None
    if revoked is None and trust.revocation_needed:
        error = await _path_error(certificate, trust, evidence, then, needed=True)
        revoked = error if isinstance(error, RevokedError) else None
        if error is not None and revoked is None:
            old = " (die vorhandenen sind veraltet)" if type(error) is not InsufficientRevinfoError else ""
            return _open(
                f"{UNCHANGED} und das Zertifikat stammt von einer bekannten Stelle. "
                f"Ob es gesperrt ist, lässt sich nicht feststellen: Sperrinformationen fehlen{old}."
            )
    if revoked is not None:
        return _revoked(revoked.revocation_dt, times)
    proven = f", belegt durch einen Zeitstempel vom {german_moment(times.stamped_at)}" if times.stamped_at else ""
    return SignatureState.VALID, f"Die Signatur ist gültig, das Dokument ist seit dem Signieren unverändert{proven}."


def _too_early(certificate: Certificate, times: Times) -> str:
    by = "laut Zeitstempel" if times.stamped_at else "bei dieser Prüfung"
    return (
        f"Das Zertifikat war beim Signieren noch nicht gültig: Es gilt erst ab "
        f"{german_moment(certificate.not_valid_before)}, und die Signatur bestand {by} schon am "
        f"{german_moment(times.existed_at)}."
    )


def _too_late(certificate: Certificate, times: Times) -> str:
    return (
        f"Das Zertifikat war beim Signieren abgelaufen: Es galt bis {german_moment(certificate.not_valid_after)}, "
        f"und signiert wurde erst nach einem Zeitstempel vom {_moment(times.content_stamped_at)}."
    )


def _out_of_time_or_unknown(
    certificate: Certificate, error: Exception | None, times: Times
) -> tuple[SignatureState, str]:
    """Name every reason that is known: an unknown issuer does not hide that the certificate is out of time."""
    then = times.existed_at
    early, late = then < certificate.not_valid_before, then > certificate.not_valid_after
    reasons = []
    if own := _is_own(certificate, error):
        reasons.append(
            "Das Zertifikat ist selbst ausgestellt: Wer signiert hat, hat es sich selbst gegeben, und keine bekannte "
            "Stelle bestätigt, wem es gehört."
        )
    elif isinstance(error, PathBuildingError):
        issuer = short_name(certificate.issuer)
        reasons.append(f"Die ausstellende Stelle „{issuer}“ ist hier nicht als vertrauenswürdig hinterlegt.")
    proof = "der Zeitstempel ist jünger" if times.stamped_at else "kein Zeitstempel belegt, dass vorher signiert wurde"
    if late:
        end = german_moment(certificate.not_valid_after)
        reasons.append(f"Das Zertifikat ist abgelaufen (es galt bis {end}), und {proof}.")
    elif isinstance(error, ExpiredError):
        reasons.append(f"Das Zertifikat eines Ausstellers ist abgelaufen, und {proof}.")
    if early:
        start = german_moment(certificate.not_valid_before)
        reasons.append(f"Nach seinen eigenen Angaben ist das Zertifikat noch nicht gültig (es gilt erst ab {start}).")
    elif isinstance(error, NotYetValidError):
        reasons.append("Das Zertifikat eines Ausstellers war zum Zeitpunkt der Signatur noch nicht gültig.")
    known = PathBuildingError | ExpiredError | NotYetValidError | RevokedError
    if error is not None and not own and not isinstance(error, known):
        reasons.append("Die Kette der Zertifikate ist nicht regelgerecht.")
    return _open(" ".join([f"{UNCHANGED}, aber die Signatur lässt sich nicht bestätigen.", *reasons]))


def _is_own(certificate: Certificate, error: Exception | None) -> bool:
    """Whether nobody but the certificate vouches for itself, whatever the library makes of a chain of one."""
    return error is not None and not isinstance(error, RevokedError) and certificate.self_signed != "no"


def _open(reason: str) -> tuple[SignatureState, str]:
    return SignatureState.CANNOT_BE_ESTABLISHED, reason


def _revoked(since: datetime, times: Times) -> tuple[SignatureState, str]:
    if times.made_after(since):
        return SignatureState.INVALID, (
            f"Das Zertifikat war beim Signieren schon gesperrt (seit {german_moment(since)}): Signiert wurde erst nach "
            f"einem Zeitstempel vom {_moment(times.content_stamped_at)}."
        )
    if times.stamped_at is not None:
        proof = "der Zeitstempel der Signatur ist jünger"
    else:
        proof = "kein Zeitstempel belegt, dass vorher signiert wurde"
    claim = ""
    if times.claimed_at is not None and times.claimed_at >= since:
        claim = f" Die Signatur selbst nennt einen Zeitpunkt nach der Sperrung ({german_moment(times.claimed_at)})."
    return _open(f"Das Zertifikat ist seit {german_moment(since)} gesperrt, und {proof}.{claim}")


def _moment(moment: datetime | None) -> str:
    return german_moment(moment) if moment else ""


async def _path_error(
    certificate: Certificate, trust: Trust, evidence: Evidence, moment: datetime, *, needed: bool
) -> Exception | None:
    context = context_of(trust, evidence, moment, needed=needed)
    validator = CertificateValidator(certificate, evidence.certificates, validation_context=context)
    try:
        await validator.async_validate_usage(set())  # type: ignore[no-untyped-call]
    except (PathBuildingError, ValidationError) as error:
        return error
    return None


def context_of(trust: Trust, evidence: Evidence, moment: datetime, *, needed: bool) -> ValidationContext:
    """Return the trust and proof that a path is built from; ``needed``: only with proof of no revocation."""
    return ValidationContext(
        trust_roots=list(trust.roots),
        other_certs=evidence.certificates,
        crls=[*trust.revocation_lists, *evidence.lists],
        ocsps=evidence.answers,
        moment=moment,
        # A list of later says as well whether the certificate was revoked then.
        retroactive_revinfo=True,
        allow_fetching=False,
        revocation_mode="require" if needed else "soft-fail",
    )


def evidence_of(reader: PdfFileReader) -> Evidence:
    """Return the proof that the file itself holds."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return Evidence()
    return Evidence(
        list(store.load_certs()),
        [crl.CertificateList.load(data) for data in _streams(store.crls)],
        [ocsp.OCSPResponse.load(data) for data in _streams(store.ocsps)],
    )


def _streams(references: Iterable[object]) -> list[bytes]:
    return [reference.get_object().data for reference in references]  # type: ignore[attr-defined]
