"""The one way from the domain to ``gis``: reading site plans, running the checks, drawing the site."""

import json

import numpy as np
import shapely
from django.db.models import Max

from gis.checks import run_checks
from gis.neighbours import neighbours_of
from gis.plan_json import plan_to_geojson
from gis.rules import RulePackError, load_rules
from gis.siteplan import SitePlan, SitePlanError
from gis.version import software_version
from permits import legal_time
from permits.errors import InvalidInputError, StateError
from permits.models import (
    CheckResult,
    CheckRun,
    Level,
    PermitCase,
    ResultDrawing,
    SitePlanVersion,
    User,
)
from permits.selectors.access import APPLICANT_LEVELS, levels_on_case
from permits.selectors.layers import layers_for, states_used
from permits.services import audit
from permits.services.documents import UPLOAD_STATES, clean_file_name
from permits.services.files import store_file
from permits.services.plan_reading import MatchedPoints, read_plan
from permits.services.result_drawings import draw_run
from permits.services.writing import writing

MEDIA_TYPE = "application/octet-stream"


def save_site_plan(
    *,
    case: PermitCase,
    by: User,
    content: bytes,
    original_name: str,
    source: str = "upload",
    match: MatchedPoints | None = None,
) -> SitePlanVersion:
    """Store a site plan, uploaded or drawn, as the next immutable version. A refused file changes nothing.

    ``match`` places a drawing without georeference; without it such a drawing raises UnplacedPlanError.
    """
    plan = read_plan(case=case, content=content, original_name=original_name, match=match)
    geometry = shapely.set_srid(
        shapely.union_all(np.array([feature.geometry for feature in plan.features], dtype=object)),
        case.authority.crs_epsg,
    )
    with writing(case=case, by=by, level=Level.CONTRIBUTE, states=UPLOAD_STATES) as locked:
        last = locked.site_plans.aggregate(last=Max("number"))["last"] or 0
        version = SitePlanVersion.objects.create(
            case=locked,
            number=last + 1,
            file=store_file(authority=locked.authority, content=content, media_type=MEDIA_TYPE),
            original_name=clean_file_name(original_name),
            source=source,
            features=plan_to_geojson(plan),
            geometry=geometry,
            box=geometry.bounds,
            warnings=list(plan.warnings),
            created_by=by,
            created_at=legal_time.now(),
        )
        locked.revision += 1
        locked.save(update_fields=["revision"])
        audit.record(
            type="site.plan_saved",
            by=by,
            case=locked,
            subject={"site_plan": str(version.uuid), "number": version.number, "sha256": version.file.sha256},
        )
        return version


def stored_plan(version: SitePlanVersion) -> SitePlan:
    """Return a stored site plan with the case's parcels as its site."""
    parcels = tuple(version.case.site.parcels.order_by("parcel_id").values_list("parcel_id", flat=True))
    data = dict(version.features)
    for feature in data["features"]:
        feature["properties"] |= {"parcels": list(parcels)} if parcels else {}
    return read_plan(case=version.case, content=json.dumps(data).encode(), original_name="lageplan.geojson")


def check_site_plan(*, case: PermitCase, by: User | None, version: SitePlanVersion | None = None) -> CheckRun:
    """Run every registered check on a site plan (the latest) and keep results, evidence and drawing.

    The applicant's side checks while it works on the plan; afterwards the authority does, whose reviews belong to the
    results. Raises InvalidInputError where there is no plan, or the Land has no rules, and StateError where the
    applicant's side is too late. A layer that is missing or down gives ``not_assessable`` results, never an error.
    """
    plan_version = version or case.site_plans.order_by("-number").first()
    if plan_version is None:
        raise InvalidInputError("Zu diesem Vorgang gibt es noch keinen Lageplan als Geometrie.", field="plan")
    law_on = legal_time.legal_day(case.submitted_at) if case.submitted_at else legal_time.today()
    plan = stored_plan(plan_version)
    layers = layers_for(case.authority)
    try:
        rules = load_rules(case.authority.land, law_on)
        results = run_checks(plan, layers, rules)
        neighbours = neighbours_of(plan, layers, rules, results)
    except (RulePackError, SitePlanError) as error:
        raise InvalidInputError(str(error), field="plan") from error
    drawings = draw_run(plan, layers, results)
    with writing(case=case, by=by, level=Level.READ) as locked:
        levels = levels_on_case(by, locked) if by is not None else frozenset({Level.PROCESS})
        if Level.PROCESS not in levels and not (levels & APPLICANT_LEVELS and locked.status in UPLOAD_STATES):
            raise StateError("Die Prüfung wiederholt jetzt nur noch die Bauaufsicht.")
        run = CheckRun.objects.create(
            case=locked,
            site_plan=plan_version,
            run_at=legal_time.now(),
            run_by=by,
            law_on=law_on,
            rules_version=rules.version,
            software_version=software_version(),
            snapshots=states_used(layers),
            neighbours=neighbours.to_json(),
            drawing_svg=drawings.overview.svg,
            drawing_text=drawings.overview.text_alternative,
            drawing_scale=drawings.overview.scale,
        )
        for result in results:
            data = result.to_json()
            stored = CheckResult.objects.create(
                run=run,
                check_id=result.check,
                verdict=data["verdict"],
                value=data["value"],
                limit=data["limit"],
                unit=data["unit"],
                tolerance=data["tolerance"],
                legal_basis=data["legal_basis"],
                message=data["message"],
                details=data["details"],
                geometry=data["geometry"],
            )
            if sheets := drawings.results.get(result.check):
                ResultDrawing.objects.create(
                    result=stored,
                    svg=sheets.wide.svg,
                    narrow_svg=sheets.narrow.svg if sheets.narrow else "",
                    text=sheets.wide.text_alternative,
                    scale=sheets.wide.scale,
                )
        audit.record(
            type="check.run",
            by=by,
            case=locked,
            subject={
                "run": str(run.uuid),
                "site_plan": str(plan_version.uuid),
                "verdicts": {result.check: result.verdict.value for result in results},
            },
        )
        return run
