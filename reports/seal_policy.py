"""How far the proof of a seal goes: the PAdES baseline profiles of ETSI EN 319 142-1, and what each needs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from asn1crypto import crl, pem
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko_certvalidator import ValidationContext

from reports.seal_keys import SealKeyError, load_certificates


class SealProfile(StrEnum):
    """B-B: signed. B-T: with a trusted time stamp. B-LT: with all that proves its certificates good, in the file."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"

    @property
    def label(self) -> str:
        """German name for pages."""
        return {
            SealProfile.B_B: "PAdES B-B (ohne Zeitstempel)",
            SealProfile.B_T: "PAdES B-T (mit Zeitstempel)",
            SealProfile.B_LT: "PAdES B-LT (mit Zeitstempel und Sperrinformationen)",
        }[self]


@dataclass(frozen=True, kw_only=True)
class SealPolicy:
    """The profile that seals have to reach, and the means for it.

    ``trust_roots``: files with the roots of the seal's and the time stamp's certificates. ``revocation_lists``: CRL
    files (DER or PEM) that are at hand; ``fetch_revocation`` allows asking the addresses in the certificates.
    """

    profile: SealProfile = SealProfile.B_B
    timestamp_url: str = ""
    timestamp_seconds: int = 10
    trust_roots: tuple[Path, ...] = ()
    revocation_lists: tuple[Path, ...] = ()
    fetch_revocation: bool = False

    def gaps(self) -> list[str]:
        """What the profile needs and the settings do not give, as German sentences; empty if nothing is missing."""
        missing = []
        if self.profile is not SealProfile.B_B and not self.timestamp_url:
            missing.append(f"Für {self.profile.label} fehlt die Adresse eines Zeitstempeldienstes.")
        if self.profile is not SealProfile.B_B and not self.trust_roots:
            missing.append(f"Für {self.profile.label} fehlen die Wurzelzertifikate (Siegel und Zeitstempeldienst).")
        if self.profile is SealProfile.B_LT and not self.fetch_revocation and not self.revocation_lists:
            missing.append(f"Für {self.profile.label} fehlen Sperrinformationen: weder Abruf noch Sperrlisten.")
        return missing

    def time_stamper(self) -> TimeStamper | None:
        """The client of the time-stamp server; None for a profile without time stamp."""
        if self.profile is SealProfile.B_B:
            return None
        return HTTPTimeStamper(self.timestamp_url, timeout=self.timestamp_seconds)

    def context(self, *, fetching: bool) -> ValidationContext:
        """What certificates are held against: every one of a path must be shown not to be revoked.

        With ``fetching`` false nothing is asked on the network, whatever the policy allows.
        """
        return ValidationContext(
            trust_roots=load_certificates(self.trust_roots),
            crls=load_revocation_lists(self.revocation_lists),
            allow_fetching=fetching and self.fetch_revocation,
            revocation_mode="require" if self.profile is SealProfile.B_LT else "soft-fail",
        )


def load_revocation_lists(paths: tuple[Path, ...]) -> list[crl.CertificateList]:
    """CRLs of PEM or DER files; raises ``SealKeyError`` naming the file."""
    found = []
    for path in paths:
        try:
            found.append(parse_revocation_list(path.read_bytes()))
        except (OSError, ValueError) as error:
            raise SealKeyError(f"Die Sperrliste „{path}“ ist nicht lesbar.") from error
    return found


def parse_revocation_list(content: bytes) -> crl.CertificateList:
    """A CRL of PEM or DER; ``ValueError`` for anything else."""
    if pem.detect(content):
        _, _, content = pem.unarmor(content)
    parsed = crl.CertificateList.load(content)
    parsed.native  # noqa: B018  parsing is lazy: a broken file has to fail here
    return parsed
