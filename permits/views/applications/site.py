"""The site of a draft: parcels by map or number, and the address."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from permits.errors import InvalidInputError, StateError
from permits.forms.applications.site import ADDRESS, AddParcelForm, AddressForm, ParcelsForm
from permits.models import PermitCase
from permits.parcel_numbers import parcel_label
from permits.selectors.parcels import named_parcel
from permits.services.drafts import save_site_address
from permits.services.sites import choose_parcels
from permits.views.access import SignedInRequest
from permits.views.applications.frame import draft_page, map_bounds, page


@draft_page()
def application_site(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Show the site; POST replaces the list of parcels."""
    if request.method == "POST":
        form = ParcelsForm(request.POST, case=case)
        if form.is_valid():
            data = form.cleaned_data
            if form.carried_out(
                lambda: choose_parcels(
                    case=case, by=request.user, parcel_ids=data["parcels"], revision=data["revision"]
                )
            ):
                messages.success(request, "Das Baugrundstück ist gespeichert.")
                return redirect("application_site", case.uuid)
        return _render(request, case, parcels=form)
    return _render(request, case)


@require_POST
@draft_page()
def application_parcel_add(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Add one parcel by district, section and number."""
    form = AddParcelForm(request.POST, case=case)
    if form.is_valid():
        numerator, denominator = form.cleaned_data["number"]

        def add() -> None:
            parcel_id = named_parcel(
                authority=case.authority,
                district=form.cleaned_data["district"],
                section=form.cleaned_data["section"],
                numerator=numerator,
                denominator=denominator,
            )
            choose_parcels(case=case, by=request.user, parcel_ids=[*_chosen(case), parcel_id])

        if form.carried_out(add):
            messages.success(request, "Das Flurstück ist hinzugefügt.")
            return redirect("application_site", case.uuid)
    return _render(request, case, add=form)


@require_POST
@draft_page()
def application_parcel_remove(request: SignedInRequest, case: PermitCase, parcel_id: str) -> HttpResponse:
    """Take one parcel out of the list."""
    left = [chosen for chosen in _chosen(case) if chosen != parcel_id]
    try:
        choose_parcels(case=case, by=request.user, parcel_ids=left)
    except (InvalidInputError, StateError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{parcel_label(parcel_id)} ist entfernt.")
    return redirect("application_site", case.uuid)


@require_POST
@draft_page()
def application_address(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Save the address of the site."""
    form = AddressForm(request.POST, case=case)
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ADDRESS}
        revision = form.cleaned_data["revision"]
        if form.carried_out(lambda: save_site_address(case=case, by=request.user, values=values, revision=revision)):
            messages.success(request, "Die Anschrift ist gespeichert.")
            return redirect("application_tasks", case.uuid)
    return _render(request, case, address=form)


def _chosen(case: PermitCase) -> list[str]:
    return list(case.site.parcels.order_by("parcel_id").values_list("parcel_id", flat=True))


def _render(
    request: SignedInRequest,
    case: PermitCase,
    *,
    parcels: ParcelsForm | None = None,
    add: AddParcelForm | None = None,
    address: AddressForm | None = None,
) -> HttpResponse:
    forms: list[Any] = [form for form in (parcels, add, address) if form is not None]
    given = request.GET.get("flurstueck", "").replace("\x00", "")[:60]
    context = page(
        case,
        "Baugrundstück",
        parcels_form=parcels
        or ParcelsForm(case=case, initial={"parcels": "\n".join([*_chosen(case), *([given] if given else [])])}),
        add_form=add or AddParcelForm(case=case),
        address_form=address or AddressForm(case=case),
        failed_form=forms[0] if forms else None,
        rows=[(row, parcel_label(row.parcel_id)) for row in case.site.parcels.order_by("parcel_id")],
        area=sum(row.official_area_m2 or row.geometry.area for row in case.site.parcels.all()),
        src=reverse("geo_window", args=[case.authority.uuid]),
        crs=f"EPSG:{case.authority.crs_epsg}",
        bounds=map_bounds(case),
    )
    return render(request, "applications/site.html", context, status=forms[0].status if forms else 200)
