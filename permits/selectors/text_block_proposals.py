"""Which text blocks a case asks for, and why: by its procedure, and by what the last check run found."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from permits import legal_time
from permits.block_triggers import ALWAYS, AREAS_CHECK, CHECK, OVERLAY
from permits.check_titles import check_title, verdict_text
from permits.models import CheckResult, CheckRun, PermitCase, TextBlockVersion, Verdict
from permits.selectors.clock import law_of
from permits.selectors.decision_content import latest_run
from permits.selectors.text_blocks import usable_versions

# A person who looked at the areas and found nothing to care about is believed.
_SETTLED = (Verdict.PASSED, Verdict.NOT_APPLICABLE)


@dataclass(frozen=True)
class Proposal:
    """A block to think of. ``reasons`` say why; ``used``: the case has a condition made from this block already."""

    version: TextBlockVersion
    reasons: tuple[str, ...]
    used: bool


@dataclass(frozen=True)
class Proposals:
    """All proposals of a case. ``run_at`` is None where nothing was checked; ``unknown`` areas had no answer."""

    rows: Sequence[Proposal]
    run_at: dt.datetime | None
    unknown: tuple[str, ...]


def proposals_for(case: PermitCase) -> Proposals:
    """Return the proposals of a case: those for findings first, then those of the procedure. Constant queries."""
    run = latest_run(case)
    results = list(run.results.prefetch_related("reviews")) if run else []
    found = {ALWAYS: f"gehört zu jedem Antrag dieser Art ({law_of(case).procedure(case.procedure).title})"}
    found |= _of_checks(results)
    areas, unknown = _of_areas(results)
    found |= areas
    versions = usable_versions(case.authority, case.procedure, legal_time.today())
    used = set(used_blocks(case))
    rows = [
        Proposal(
            version,
            tuple(found[trigger] for trigger in version.proposed_when if trigger in found),
            version.block_id in used,
        )
        for version in versions.filter(proposed_when__overlap=list(found)).order_by("block__key")
    ]
    rows.sort(key=lambda row: ALWAYS in row.version.proposed_when)
    return Proposals(rows, _run_at(run), unknown)


def used_blocks(case: PermitCase) -> list[int]:
    """Return the ids of the blocks from which standing conditions of the case were made."""
    standing = case.conditions.filter(removed_at__isnull=True, text_block__isnull=False)
    return list(standing.values_list("text_block__block", flat=True))


def _run_at(run: CheckRun | None) -> dt.datetime | None:
    return run.run_at if run else None


def _verdict(result: CheckResult) -> str:
    """What counts: the last review, else what was computed."""
    reviews = list(result.reviews.all())
    return reviews[-1].verdict if reviews else result.verdict


def _of_checks(results: Sequence[CheckResult]) -> dict[str, str]:
    return {
        f"{CHECK}:{result.check_id}:{verdict}": f"Prüfung „{check_title(result.check_id)}“: "
        f"{verdict_text(result.check_id, verdict)}"
        for result in results
        if result.check_id != AREAS_CHECK and (verdict := _verdict(result))
    }


def _of_areas(results: Sequence[CheckResult]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return a reason per area that the site meets, and the titles of areas of which nothing is known."""
    result = next((result for result in results if result.check_id == AREAS_CHECK), None)
    if result is None:
        return {}, ()
    answers: Sequence[Mapping[str, object]] = result.details.get("answers") or ()
    unknown = tuple(str(answer.get("title", "")) for answer in answers if answer.get("answer") == "unknown")
    if _verdict(result) in _SETTLED:
        return {}, ()
    hits = [answer for answer in answers if answer.get("answer") == "hit"]
    return {f"{OVERLAY}:{answer['id']}": _area_reason(answer) for answer in hits}, unknown


def _area_reason(answer: Mapping[str, object]) -> str:
    names = [str(name) for name in answer.get("names") or ()]  # type: ignore[attr-defined]
    named = f" ({', '.join(names[:2])})" if names else ""
    share, distance = answer.get("site_share"), answer.get("distance_m")
    where = "betrifft das Baugrundstück"
    if isinstance(share, int | float) and share > 0:
        where = f"liegt auf {max(1, round(100 * share))} % des Baugrundstücks"
    elif isinstance(distance, int | float):
        where = f"liegt {distance:.1f} m entfernt".replace(".", ",")
    return f"{answer.get('title')}{named} {where}; zu beteiligen: {answer.get('consultee')}"
