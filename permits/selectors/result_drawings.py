"""Drawings of results as pages and notices need them, without loading what they do not show."""

from django.db.models import QuerySet

from permits.models import CheckResult, CheckRun, ResultDrawing

#: At most so many drawings of results go into a notice, the failed ones first.
IN_NOTICE = 6


def drawn_results(run: CheckRun) -> QuerySet[CheckResult]:
    """Return the results of a run with their drawings, the drawings themselves left out."""
    return run.results.select_related("drawing").defer("drawing__svg", "drawing__narrow_svg")


def notice_drawings(run: CheckRun, verdicts: dict[str, str]) -> list[ResultDrawing]:
    """Return the drawings of what fails or is borderline, in the order of the checks in ``verdicts``, bounded."""
    urgent = {
        check: rank
        for verdict, rank in (("failed", 0), ("borderline", 1))
        for check in verdicts
        if verdicts[check] == verdict
    }
    found = ResultDrawing.objects.filter(result__run=run, result__check_id__in=urgent).select_related("result")
    order = list(verdicts)
    ranked = sorted(found, key=lambda row: (urgent[row.result.check_id], order.index(row.result.check_id)))
    return sorted(ranked[:IN_NOTICE], key=lambda row: order.index(row.result.check_id))
