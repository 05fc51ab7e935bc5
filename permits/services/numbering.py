"""Case numbers: gapless per authority and Berlin year, under concurrency."""

from django.db import connection

from permits import legal_time
from permits.models import CaseNumberCounter, PermitAuthority, PermitCase


def next_case_number(*, authority: PermitAuthority, case: PermitCase) -> str:
    """Return the next number for ``case``, such as ``63-2026-00042``; the year is that of the receipt in Berlin.

    The counter's row stays locked until the surrounding transaction ends, so that a rollback leaves no gap.
    Lock order: process, case, counter.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A case number is drawn inside the transaction that stores it.")
    if case.submitted_at is None:
        raise ValueError("A draft has no case number.")
    year = legal_time.legal_day(case.submitted_at).year
    CaseNumberCounter.objects.bulk_create([CaseNumberCounter(authority=authority, year=year)], ignore_conflicts=True)
    counter = CaseNumberCounter.objects.select_for_update(of=("self",)).get(authority=authority, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{authority.number_prefix}-{year}-{counter.last:05d}"
