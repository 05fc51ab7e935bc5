"""Placing an uploaded drawing without georeference by two matched points; in a draft and in an answer."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from permits.forms.applications.plan_match import PlanMatchForm
from permits.models import Level, PermitCase
from permits.selectors.plan_sketch import drawing_sketch, site_sketch
from permits.services.checking import save_site_plan
from permits.services.documents import UPLOAD_STATES
from permits.services.files import read_file
from permits.services.plan_reading import drawn_outlines
from permits.services.plan_uploads import keep_unplaced_plan, waiting_plan
from permits.views.access import SignedInRequest, case_page
from permits.views.applications.frame import crumbs, page

GONE = "Bitte laden Sie die Zeichnung noch einmal hoch; der Verweis auf sie ist nicht mehr gültig."


def ask_for_points(request: SignedInRequest, case: PermitCase, content: bytes, original_name: str) -> HttpResponse:
    """Keep a drawing that lacks a georeference and lead to the page that asks for two points."""
    token = keep_unplaced_plan(case=case, by=request.user, content=content, original_name=original_name)
    return redirect(f"{reverse('application_site_plan_match', args=[case.uuid])}?{urlencode({'datei': token})}")


@case_page(Level.CONTRIBUTE)
def application_site_plan_match(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Show drawing and site, each with marked corners, and take two pairs of coordinates."""
    back, after = _pages(case)
    if case.status not in UPLOAD_STATES:
        return redirect("case_detail", case.uuid)
    waiting = waiting_plan(case=case, token=request.GET.get("datei", ""))
    if waiting is None:
        messages.error(request, GONE)
        return redirect(back)
    content = read_file(waiting.file)
    drawn = drawn_outlines(content=content, original_name=waiting.original_name)
    sketch = drawing_sketch(drawn) if drawn else None
    form = PlanMatchForm(request.POST or None, initial=PlanMatchForm.suggested(sketch[1]) if sketch else None)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.carried_out(
            lambda: save_site_plan(
                case=case,
                by=request.user,
                content=content,
                original_name=waiting.original_name,
                match=form.points(),
            )
        )
    ):
        messages.success(request, "Der Lageplan ist eingepasst und gespeichert.")
        return redirect(after)
    context = page(
        case,
        "Zeichnung einpassen",
        form=form,
        original_name=waiting.original_name,
        unit=drawn.unit if drawn else "",
        drawing=sketch[0] if sketch else "",
        ground=site_sketch(case),
        crs=f"EPSG:{case.authority.crs_epsg}",
        back=back,
    )
    before = "Lageplan und Prüfung" if case.is_draft else "Unterlagen nachreichen"
    context["crumbs"] = crumbs(case, (before, back), ("Einpassen", ""))
    return render(request, "applications/plan_match.html", context, status=form.status)


def _pages(case: PermitCase) -> tuple[str, str]:
    """Where "cancel" leads to, and where the saved plan is seen."""
    if case.is_draft:
        back = reverse("application_site_plan", args=[case.uuid])
        return back, f"{back}#pruefung"
    back = reverse("answer_request", args=[case.uuid])
    return back, back
