"""The time within which a notice may be taken back (§ 48 (4), § 49 (2) sentence 2 VwVfG), and its last day."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from permits import legal_time
from permits.law import Clock
from permits.models import ChangeKind, NoticeChange, PermitCase
from permits.models.notice_change import OPEN_CHANGES
from permits.selectors.clock import law_of

TITLE = "Frist der Aufhebung"


@dataclass(frozen=True)
class RevocationPeriod:
    """Frist für Rücknahme oder Widerruf: ``known_on`` is what the authority stated, ``last_day`` the last of it."""

    known_on: dt.date
    last_day: dt.date
    rule: Clock

    @property
    def is_over(self) -> bool:
        """Whether the last day is past."""
        return legal_time.today() > self.last_day

    @property
    def refusal(self) -> str:
        """Why the notice cannot be taken back any more, in German."""
        return f"Die Frist dafür endete am {self.last_day:%d.%m.%Y} ({self.rule.legal_basis}). {self.rule.effect}"


def revocation_period(
    case: PermitCase, *, clock: str, known_on: dt.date, issued_on: dt.date, on: dt.date | None = None
) -> RevocationPeriod:
    """Return the period after ``known_on`` under the law of ``on`` (default: today); raises LawPackError.

    It is a period for deciding about this notice: nobody can know why it has to go before there is one.
    """
    law = law_of(case, on=on)
    return RevocationPeriod(known_on, law.period_end(clock, max(known_on, issued_on)), law.clock(clock))


def period_of_change(change: NoticeChange) -> RevocationPeriod | None:
    """Return the period of a stored withdrawal or revocation under the law on which it was prepared.

    None for corrections, for grounds without a period, and for contents from before the day was kept.
    """
    known_on = change.content.get("known_on")
    if change.kind == ChangeKind.CORRECTION or not known_on:
        return None
    prepared_on = legal_time.legal_day(change.prepared_at)
    clock = law_of(change.case, on=prepared_on).change_ground(change.content["ground"]).clock
    if not clock:
        return None
    return revocation_period(
        change.case,
        clock=clock,
        known_on=dt.date.fromisoformat(known_on),
        issued_on=dt.date.fromisoformat(change.content["document"]["issued_on"]),
        on=prepared_on,
    )


def period_under_way(changes: Iterable[NoticeChange]) -> RevocationPeriod | None:
    """Return the period of the change that is proposed or signed but not issued yet, if it has one."""
    return next((period_of_change(change) for change in changes if change.state in OPEN_CHANGES), None)
