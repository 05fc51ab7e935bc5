"""The letter that brings a printed notice to one of its recipients."""

from django.conf import settings
from django.urls import reverse

from permits import legal_time
from permits.models import PermitCase, ServiceOfNotice
from permits.services.files import open_file
from permits.services.letters.addressees import recipient
from permits.services.letters.frame import common
from reports.contexts.cover_letter import CoverLetter
from reports.page_count import page_count


def cover_letter(case: PermitCase, service: ServiceOfNotice) -> CoverLetter:
    """Return the context of the letter for the recipient of ``service``."""
    notice = service.document
    with open_file(notice.file) as stored:
        pages = page_count(stored.read())
    return CoverLetter(
        **{
            **common(case, {"dated_on": legal_time.today()}),
            "recipient": recipient([service.party]),
        },
        notice_title=notice.title,
        notice_number=notice.number,
        notice_on=legal_time.legal_day(notice.issued_at),
        pages=pages,
        check_url=settings.SITE_URL + reverse("verify", args=[notice.number]),
        check_code=notice.verification_code,
    )
