"""Using the seal: recorded before the key is touched, and with the result, whatever it is."""

from django.db import transaction

from permits import legal_time
from permits.models import PermitCase, SealRelease, SealUse, SealUseResult
from permits.services import audit
from permits.services.sealing import seal_policy
from reports.contexts import SealInfo
from reports.pdf import RenderedDocument
from reports.seal import SealedPdf, SealError, SealPolicy, seal_pdf
from reports.seal_keys import SealKey, SealKeyError


def use_seal(
    *, case: PermitCase, rendered: RenderedDocument, release: SealRelease, key: SealKey, seal: SealInfo
) -> SealedPdf:
    """Seal a rendered paper that was released; slow, so call it outside every lock.

    Raises SealError and SealKeyError (German), after the failure is on record.
    """
    policy = seal_policy()
    use = _begin(case, rendered, release, seal, policy)
    try:
        sealed = seal_pdf(rendered.pdf, key, seal=seal, location=case.authority.city, policy=policy)
    except (SealError, SealKeyError) as error:
        _fail(use, str(error))
        raise
    except Exception as error:
        _fail(use, f"Unerwarteter Fehler ({type(error).__name__}).")
        raise
    with transaction.atomic():
        use.result, use.finished_at = SealUseResult.SEALED, legal_time.now()
        use.sealed_sha256, use.certificate_sha256 = sealed.sha256, sealed.certificate_sha256
        use.certificate_subject = sealed.certificate_subject[:300]
        use.save()
        _record(use, "seal.used", sha256=sealed.sha256, certificate=sealed.certificate_sha256)
    return sealed


@transaction.atomic
def _begin(
    case: PermitCase, rendered: RenderedDocument, release: SealRelease, seal: SealInfo, policy: SealPolicy
) -> SealUse:
    return SealUse.objects.create(
        authority=case.authority,
        case=case,
        kind=release.kind,
        subject=release.subject,
        number=seal.serial,
        release=release,
        level=seal.level,
        profile=policy.profile,
        started_at=legal_time.now(),
        unsealed_sha256=rendered.pdf_sha256,
    )


@transaction.atomic
def _fail(use: SealUse, reason: str) -> None:
    use.result, use.finished_at, use.reason = SealUseResult.FAILED, legal_time.now(), reason[:2000]
    use.save()
    _record(use, "seal.failed")


def _record(use: SealUse, event: str, **ids: str) -> None:
    subject = {"use": str(use.uuid), "number": use.number, "level": use.level, "profile": use.profile, **ids}
    audit.record(type=event, by=None, case=use.case, subject=subject)
