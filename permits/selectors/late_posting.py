"""A letter that had left when its notice was taken back: only its day of posting is still to be entered."""

import datetime as dt

from django.db.models import Min

from permits import legal_time
from permits.models import Channel, RegisterEntry, ServiceOfNotice, ServiceState
from permits.selectors.notice_effect import ending_entry


def last_posting_day(service: ServiceOfNotice) -> dt.date | None:
    """Return the last day on which a service by post that was dropped may have been posted; None for all others.

    Afterwards nobody could post it: for a notice that is the day on which its withdrawal or revocation was issued, for
    a correction the day on which that was notified.
    """
    if service.channel != Channel.POST or service.state != ServiceState.DROPPED:
        return None
    entry = RegisterEntry.objects.filter(document=service.document_id).first()
    ending = ending_entry(entry) if entry else None
    if ending is None:
        return None
    issued_on = legal_time.legal_day(ending.entered_at)
    if service.document.change_id is None or ending.document is None:
        return issued_on
    notified_on = ending.document.services.aggregate(first=Min("notified_on"))["first"]
    return max(issued_on, notified_on) if notified_on else issued_on
