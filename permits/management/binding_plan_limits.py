"""How large binding plans may be, from the settings."""

from django.conf import settings

from gis.readers.xplan import PlanLimits


def binding_plan_limits() -> PlanLimits:
    """Return the limits for commands that read XPlanGML."""
    return PlanLimits(
        file_bytes=settings.BINDING_PLAN_MAX_BYTES,
        objects=settings.BINDING_PLAN_MAX_OBJECTS,
        points=settings.BINDING_PLAN_MAX_POINTS,
        archive_members=settings.BINDING_PLAN_ARCHIVE_FILES,
    )
