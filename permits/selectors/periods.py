"""Legal days of a case, computed from the law of its Land (§§ 187–193 BGB, § 41 VwVfG, § 69 NBauO)."""

import datetime as dt

from permits.deadlines import NotificationDay, deemed_withdrawal_day, period_end
from permits.law import LawPackError
from permits.models import Channel, PermitCase
from permits.selectors.clock import law_of


def default_information_due(case: PermitCase, on: dt.date) -> dt.date:
    """Return the usual last day for answering a request sent on ``on``."""
    return law_of(case, on=on).period_end("information_request", on)


def deemed_withdrawn_on(case: PermitCase, due_on: dt.date) -> dt.date:
    """Return the first day on which an unanswered application counts as withdrawn (§ 69 Abs. 2 Satz 3 NBauO)."""
    law = law_of(case)
    return deemed_withdrawal_day(due_on, law.length("deemed_withdrawal"), holidays=law.holidays)


def latest_extension(case: PermitCase, due_on: dt.date) -> dt.date:
    """Return the last day to which a request due on ``due_on`` may be extended."""
    law = law_of(case)
    longest = law.clock("information_request").max_extension
    return period_end(due_on, longest, holidays=law.holidays) if longest else due_on


def notification_day(case: PermitCase, channel: Channel, start: dt.date) -> NotificationDay:
    """Return the day of notification; ``start`` is the day of posting, or of retrieval from the portal."""
    return law_of(case, on=start).notified_on(channel, provided_on=start, retrieved_on=start)


def retrieval_until(case: PermitCase, provided_on: dt.date) -> dt.date:
    """Return the last day for retrieval from the portal; raises LawPackError where the law names none."""
    last_day = law_of(case, on=provided_on).retrieval_deadline(Channel.PORTAL, provided_on)
    if last_day is None:
        raise LawPackError("Das Rechtspaket nennt keine Frist für den Abruf aus dem Portal.")
    return last_day
