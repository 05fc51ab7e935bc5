"""What has changed between two states of a layer, or between two versions of a binding plan."""

from gis.comparison.layers import compare_layers
from gis.comparison.plan_result import ObjectChange, ObjectChangeKind, PlanComparison
from gis.comparison.plans import compare_plans
from gis.comparison.result import AttributeChange, ChangeKind, ComparisonError, FeatureChange, LayerComparison

__all__ = [
    "AttributeChange",
    "ChangeKind",
    "ComparisonError",
    "FeatureChange",
    "LayerComparison",
    "ObjectChange",
    "ObjectChangeKind",
    "PlanComparison",
    "compare_layers",
    "compare_plans",
]
