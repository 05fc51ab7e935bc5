"""The site plan of a draft: a file, a drawing or dimensions; then the checks, at once."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from permits.errors import InvalidInputError, StateError
from permits.forms.applications.draft import ServiceForm
from permits.forms.applications.files import PlanDimensionsForm, PlanDrawingForm, PlanUploadForm
from permits.models import PermitCase, Verdict
from permits.selectors.plan_objects import plan_objects
from permits.selectors.site_plans import current_plan, current_run, finding_cards
from permits.services.checking import check_site_plan, save_site_plan
from permits.services.plan_reading import UnplacedPlanError
from permits.views.access import SignedInRequest
from permits.views.applications.frame import crumbs, draft_page, map_bounds, page
from permits.views.applications.plan_match import ask_for_points


@draft_page()
def application_site_plan(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Show the plan with its checks, and the three ways to give one."""
    return _render(request, case)


@require_POST
@draft_page()
def application_site_plan_upload(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Take a file."""
    form = PlanUploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["plan"]
        content = file.read()
        try:
            return _save(request, case, form, content, file.name, source="upload", key="upload")
        except UnplacedPlanError:
            return ask_for_points(request, case, content, file.name)
    return _render(request, case, upload=form)


@draft_page()
def application_site_plan_draw(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Draw on the map; POST takes what was drawn, which begins with the plan that is there."""
    plan = current_plan(case)
    form = PlanDrawingForm(request.POST or None, initial={"plan": json.dumps(plan.features) if plan else ""})
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["plan"].encode()
        if form.carried_out(
            lambda: save_site_plan(
                case=case, by=request.user, content=content, original_name="gezeichnet.geojson", source="drawn"
            )
        ):
            return _saved(request, case)
    context = page(
        case,
        "Lageplan zeichnen",
        form=form,
        src=reverse("geo_case", args=[case.uuid]) + "?vorhaben=0",
        crs=f"EPSG:{case.authority.crs_epsg}",
        bounds=map_bounds(case),
    )
    context["crumbs"] = crumbs(
        case, ("Lageplan und Prüfung", reverse("application_site_plan", args=[case.uuid])), ("Zeichnen", "")
    )
    return render(request, "applications/draw.html", context, status=form.status)


@require_POST
@draft_page()
def application_site_plan_dimensions(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Take a rectangle by numbers, alone or beside what the plan holds already."""
    form = PlanDimensionsForm(request.POST)
    if form.is_valid():
        plan = current_plan(case)
        kept = plan.features["features"] if plan and form.cleaned_data["keep"] else []
        data = {
            "type": "FeatureCollection",
            "crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{case.authority.crs_epsg}"}},
            "features": [*(_without_plan(feature) for feature in kept), form.feature()],
        }
        content = json.dumps(data).encode()
        return _save(request, case, form, content, "gezeichnet.geojson", source="drawn", key="dimensions")
    return _render(request, case, dimensions=form)


@require_POST
@draft_page()
def application_check(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Run the checks; htmx swaps in the findings, without it the page comes back with them."""
    try:
        check_site_plan(case=case, by=request.user)
    except (InvalidInputError, StateError) as error:
        if request.headers.get("HX-Request"):
            return render(request, "applications/partials/check_failed.html", {"case": case, "message": str(error)})
        messages.error(request, str(error))
        return redirect("application_site_plan", case.uuid)
    if request.headers.get("HX-Request"):
        return render(request, "applications/partials/findings.html", findings_context(case))
    return redirect("application_site_plan", case.uuid)


def findings_context(case: PermitCase) -> dict[str, Any]:
    """Return what the findings of a case need: cards, drawing, map."""
    run = current_run(case)
    cards = finding_cards(run)
    return {
        "case": case,
        "run": run,
        "cards": cards,
        "idle": sum(card.verdict == Verdict.NOT_APPLICABLE for card in cards),
        "unverified": any(card.unverified for card in cards),
        "drawing_url": reverse("case_drawing", args=[case.uuid, run.uuid]) if run and run.drawing_svg else "",
        "map_src": reverse("geo_case", args=[case.uuid]),
        "crs": f"EPSG:{case.authority.crs_epsg}",
    }


def _without_plan(feature: dict[str, Any]) -> dict[str, Any]:
    """The stored features name their plan and site; the new plan names its own."""
    properties = {key: value for key, value in feature["properties"].items() if key not in {"plan", "parcels"}}
    return {**feature, "properties": properties}


def _save(
    request: SignedInRequest, case: PermitCase, form: ServiceForm, content: bytes, name: str, *, source: str, key: str
) -> HttpResponse:
    if form.carried_out(
        lambda: save_site_plan(case=case, by=request.user, content=content, original_name=name, source=source)
    ):
        return _saved(request, case)
    return _render(request, case, **{key: form})


def _saved(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    messages.success(request, "Der Lageplan ist gespeichert.")
    return redirect(reverse("application_site_plan", args=[case.uuid]) + "#pruefung")


def _render(request: SignedInRequest, case: PermitCase, **forms: ServiceForm) -> HttpResponse:
    plan = current_plan(case)
    failed = next(iter(forms.values()), None)
    context = page(
        case,
        "Lageplan und Prüfung",
        plan=plan,
        objects=plan_objects(plan),
        upload_form=forms.get("upload") or PlanUploadForm(),
        dimensions_form=forms.get("dimensions") or PlanDimensionsForm(initial=_corner(case, keep=plan is not None)),
        failed_form=failed,
        opened=next(iter(forms), ""),
        **{key: value for key, value in findings_context(case).items() if key != "case"},
    )
    return render(request, "applications/site_plan.html", context, status=failed.status if failed else 200)


def _corner(case: PermitCase, *, keep: bool) -> dict[str, object]:
    """Begin with a corner on the site, so that the order of magnitude is clear."""
    if case.site.geometry is None:
        return {"keep": keep}
    point = case.site.geometry.representative_point()
    return {"east": round(point.x, 2), "north": round(point.y, 2), "direction": 0, "keep": keep}
