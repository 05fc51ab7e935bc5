"""Geodata for maps: GeoJSON in the authority's CRS. Refusals are JSON with a German message, never an empty map."""

import math
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from gis.layers import Bounds, LayerUnavailableError
from permits.models import Level, PermitAuthority, PermitCase
from permits.selectors.geo import (
    KINDS,
    MAX_SIDE_M,
    WindowTooLargeError,
    case_features,
    collection,
    layer_features,
    published_layers,
)
from permits.views.access import SignedInRequest, case_page

MEDIA_TYPE = "application/geo+json"
BAD_BOX = "Bitte geben Sie den Ausschnitt als bbox=minx,miny,maxx,maxy in Metern an."
TOO_LARGE = f"Der Ausschnitt ist zu groß (höchstens {MAX_SIDE_M:.0f} m breit und hoch). Bitte vergrößern Sie die Karte."


@require_safe
@login_required
def geo_window(request: HttpRequest, uuid: UUID, layer: str = "") -> HttpResponse:
    """Answer the features of one layer, or of all that a map shows, in a window."""
    authority = PermitAuthority.objects.filter(uuid=uuid).first()
    if authority is None or (layer and layer not in KINDS):
        raise Http404
    try:
        bounds = _bounds(request.GET.get("bbox", ""))
    except ValueError:
        return _refused(BAD_BOX, 400)
    names = [layer] if layer else published_layers(authority)
    if not names:
        return _refused("Für diese Behörde sind keine Geodaten veröffentlicht.", 503)
    try:
        features = layer_features(authority, names, bounds)
    except WindowTooLargeError:
        return _refused(TOO_LARGE, 400)
    except LayerUnavailableError as error:
        return _refused(error.reason, 503)
    response = JsonResponse(collection(features, authority), content_type=MEDIA_TYPE)
    patch_cache_control(response, private=True, max_age=300)
    return response


@require_safe
@case_page(Level.READ)
def geo_case(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Answer site, site plan and findings of a case with what lies around; ``?vorhaben=0`` leaves the proposal out."""
    features, problems = case_features(case, proposal=request.GET.get("vorhaben") != "0")
    data = collection(features, case.authority, unavailable=problems)
    response = JsonResponse(data, content_type=MEDIA_TYPE)
    patch_cache_control(response, private=True, no_store=True)
    return response


def _bounds(text: str) -> Bounds:
    """Read four finite numbers, the corner of small values first; raises ValueError."""
    x1, y1, x2, y2 = (float(part) for part in text.split(","))
    if not all(math.isfinite(value) for value in (x1, y1, x2, y2)) or x1 > x2 or y1 > y2:
        raise ValueError(text)
    return (x1, y1, x2, y2)


def _refused(message: str, status: int) -> JsonResponse:
    return JsonResponse({"message": message}, status=status, json_dumps_params={"ensure_ascii": False})
