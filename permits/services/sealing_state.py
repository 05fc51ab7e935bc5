"""The state of the sealing key: what the administration and the deployment check are told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto.x509 import Certificate
from django.core.exceptions import ImproperlyConfigured

from permits import legal_time
from permits.services.sealing import seal_key, seal_policy
from reports.certificate_names import readable_name
from reports.seal_keys import SealKeyError

# A new certificate takes weeks: from the order to the device.
WARN_BEFORE = timedelta(days=60)


@dataclass(frozen=True, kw_only=True)
class KeyState:
    """What is configured; ``problem`` is a German sentence where nothing can be sealed, ``warning`` where soon."""

    level: str = ""
    profile: str = ""
    subject: str = ""
    valid_until: datetime | None = None
    problem: str = ""
    warning: str = ""


def key_state() -> KeyState:
    """Open the key and look at its certificate; never raises."""
    try:
        policy, key = seal_policy(), seal_key()
    except ImproperlyConfigured as error:
        return KeyState(problem=f"Die Einstellungen des Siegels sind unvollständig: {error}")
    except SealKeyError as error:
        return KeyState(problem=str(error))
    if gaps := policy.gaps():
        return KeyState(level=key.level.label, profile=policy.profile.label, problem=" ".join(gaps))
    try:
        with key.open() as signer:
            certificate: Certificate = signer.signing_cert
    except SealKeyError as error:
        return KeyState(level=key.level.label, profile=policy.profile.label, problem=str(error))
    start, end, now = certificate.not_valid_before, certificate.not_valid_after, legal_time.now()
    problem = warning = ""
    if not start <= now <= end:
        problem = "Das Siegelzertifikat ist zurzeit nicht gültig. Es wird nichts gesiegelt."
    elif end - now <= WARN_BEFORE:
        days = (legal_time.legal_day(end) - legal_time.today()).days
        when = "heute" if days == 0 else "morgen" if days == 1 else f"in {days} Tagen"
        warning = f"Das Siegelzertifikat läuft {when} ab. Bitte beschaffen Sie rechtzeitig ein neues."
    return KeyState(
        level=key.level.label,
        profile=policy.profile.label,
        subject=readable_name(certificate.subject),
        valid_until=end,
        problem=problem,
        warning=warning,
    )
