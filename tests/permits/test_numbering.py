"""Case numbers: gapless per authority and Berlin year, under real concurrency, with rollbacks in between."""

import datetime as dt
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection, transaction

from permits.models import CaseNumberCounter, PermitAuthority, PermitCase, User
from permits.selectors.clock import clock_state
from permits.services.numbering import next_case_number
from tests.cast import Cast
from tests.workflows.village import ELSEWHERE, fill_in, to_assessment
from workflows import actions

THREADS, CASES = 12, 48
NEW_YEARS_EVE = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)


class ChangeOfMindError(Exception):
    """Something fails after the number was drawn."""


def new_case(authority: PermitAuthority, by: User, received: dt.datetime) -> PermitCase:
    return PermitCase.objects.create(
        authority=authority, procedure="VG", created_by=by, status="submitted", submitted_at=received
    )


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gaps_and_no_doubles_whoever_rolls_back(
    authorities: dict[str, PermitAuthority], cast: Cast
) -> None:
    received = [dt.datetime(2026, 6, 1, tzinfo=dt.UTC), NEW_YEARS_EVE]
    chance = random.Random(63)
    plans = [(slug, year, chance.random() < 0.3) for slug in authorities for year in (0, 1) for _ in range(CASES // 4)]
    chance.shuffle(plans)

    def draw(plan: tuple[str, int, bool]) -> str:
        slug, year, fails = plan
        try:
            with transaction.atomic():
                case = new_case(authorities[slug], cast.owner, received[year])
                case.case_number = next_case_number(authority=case.authority, case=case)
                case.save(update_fields=["case_number"])
                if fails:
                    raise ChangeOfMindError
                return case.case_number
        except ChangeOfMindError:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        drawn = [number for number in pool.map(draw, plans) if number]
    assert len(drawn) == sum(not fails for _, _, fails in plans)
    for slug, authority in authorities.items():
        for year, name in ((0, 2026), (1, 2027)):
            expected = sum(plan[:2] == (slug, year) and not plan[2] for plan in plans)
            prefix = f"{authority.number_prefix}-{name}-"
            numbers = sorted(number for number in drawn if number.startswith(prefix))
            assert numbers == [f"{prefix}{count:05d}" for count in range(1, expected + 1)]
            assert CaseNumberCounter.objects.get(authority=authority, year=name).last == expected


@pytest.mark.django_db
def test_half_past_eleven_utc_on_new_years_eve_belongs_to_the_new_year(
    village: dict[str, PermitAuthority], cast: Cast
) -> None:
    with time_machine.travel(NEW_YEARS_EVE, tick=False):
        case = fill_in(cast, village["musterstadt"])
        to_assessment(case, cast)
        clock = clock_state(case, "permit_fiction")
    assert case.case_number == "63-2027-00001"
    assert case.completeness_checks.get().complete_since == dt.date(2027, 1, 1)
    # Three months from 1 January end on 1 April, the Thursday after Easter 2027 (28 March).
    assert (clock.started_on, clock.due_on) == (dt.date(2027, 1, 1), dt.date(2027, 4, 1))


@pytest.mark.django_db
def test_each_authority_counts_for_itself(village: dict[str, PermitAuthority], cast: Cast) -> None:
    with time_machine.travel(dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC), tick=False):
        cases = [
            fill_in(cast, village["musterstadt"]),
            fill_in(cast, village["beispielland"], parcel=ELSEWHERE),
            fill_in(cast, village["musterstadt"]),
        ]
        for case in cases:
            actions.submit(case=case, by=cast.owner)
    assert [case.case_number for case in cases] == ["63-2026-00001", "BL-2026-00001", "63-2026-00002"]


@pytest.mark.django_db
def test_a_draft_has_no_number(authorities: dict[str, PermitAuthority], cast: Cast) -> None:
    draft = PermitCase.objects.create(authority=authorities["musterstadt"], procedure="VG", created_by=cast.owner)
    with pytest.raises(ValueError, match="draft"):
        next_case_number(authority=draft.authority, case=draft)


@pytest.mark.django_db(transaction=True)
def test_a_number_is_drawn_in_the_transaction_that_stores_it(
    authorities: dict[str, PermitAuthority], cast: Cast
) -> None:
    case = new_case(authorities["musterstadt"], cast.owner, NEW_YEARS_EVE)
    with pytest.raises(RuntimeError, match="inside the transaction"):
        next_case_number(authority=case.authority, case=case)
