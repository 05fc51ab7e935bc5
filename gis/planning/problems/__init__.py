"""What is wrong with a binding plan. Every problem has a kind, a place and a German sentence.

Kinds found here: self_crossing and the other reasons of `gis.defects`, sliver, overlap, gap, out_of_scope,
missing_…, wrong_geometry_type. The reader adds those of the file: dangling_reference, duplicate_id, bad_value …
"""

from gis.planning.model import BindingPlan, PlanProblem
from gis.planning.problems.completeness import missing_things
from gis.planning.problems.coverage import overlaps_and_gaps
from gis.planning.problems.scope import outside_scope
from gis.planning.problems.shapes import bad_shapes

__all__ = ["find_problems"]


def find_problems(plan: BindingPlan) -> tuple[PlanProblem, ...]:
    """Everything wrong with the contents of a plan: first what is missing, then shapes, coverage and scope."""
    return (*missing_things(plan), *bad_shapes(plan), *overlaps_and_gaps(plan), *outside_scope(plan))
