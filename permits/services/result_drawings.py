"""Drawing what the checks of a run found: an overview, and one drawing for each result that shows something."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gis.checks.result import CheckResult, Verdict
from gis.drawing import Drawing, draw_result, draw_site
from gis.layers import Layers
from gis.site_context import SiteContext
from gis.siteplan import SitePlan

#: Width and height in mm of the drawing for narrow screens: at 320 pixels its words are still legible.
NARROW_MM = (84.0, 165.0)
#: Room in mm of a drawing of one result, which fits on a page of a notice with its heading.
RESULT_MM = (180.0, 190.0)
#: Plans with more features than this get drawings of what needs attention only, for wide screens only.
CROWDED = 30
_ATTENTION = frozenset({Verdict.FAILED, Verdict.BORDERLINE})


@dataclass(frozen=True)
class ResultSheets:
    """The drawing of one result, wide and (unless the plan is crowded) narrow."""

    wide: Drawing
    narrow: Drawing | None


@dataclass(frozen=True)
class RunDrawings:
    """The overview, and drawings by check id."""

    overview: Drawing
    results: Mapping[str, ResultSheets]


def draw_run(plan: SitePlan, layers: Layers, results: Sequence[CheckResult]) -> RunDrawings:
    """Draw a run; each layer is read once for all drawings. Raises SitePlanError as the checks do."""
    context = SiteContext(plan, layers)
    crowded = len(plan.features) > CROWDED
    sheets: dict[str, ResultSheets] = {}
    for result in results:
        urgent = result.verdict in _ATTENTION
        if result.verdict is Verdict.NOT_APPLICABLE or (crowded and not urgent):
            continue
        wide = draw_result(plan, context, result, width_mm=RESULT_MM[0], height_mm=RESULT_MM[1])
        if not wide.highlights and not urgent:
            continue
        narrow = None
        if not crowded:
            narrow = draw_result(plan, context, result, width_mm=NARROW_MM[0], height_mm=NARROW_MM[1])
        sheets[result.check] = ResultSheets(wide, narrow)
    return RunDrawings(draw_site(plan, context, results), sheets)
