"""What the pages of an authority's administration share: who may be here, and answers of previews."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from permits.errors import BauakteError, InvalidInputError
from permits.letter_language import LanguageError
from permits.models import Level, PermitAuthority, User
from permits.selectors.access import authorities_of

STILL_THERE = "Ihre Eingaben stehen noch im Formular."
ADMINISTERING = frozenset({Level.ADMINISTER})


def administrator(request: HttpRequest) -> User:
    """Return the person behind the request; strangers get 404."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def administered(request: HttpRequest) -> list[PermitAuthority]:
    """Return the authorities that the person administers; 404 without any."""
    found = list(authorities_of(administrator(request), levels=ADMINISTERING))
    if not found:
        raise Http404
    return found


def administered_one(request: HttpRequest, wanted: UUID) -> PermitAuthority:
    """Return the authority if the person administers it; else 404."""
    for authority in administered(request):
        if authority.uuid == wanted:
            return authority
    raise Http404


def shown_version(request: HttpRequest) -> int:
    """Return the number of the version that the page showed as in force; 0, which never is, where it says none."""
    number = request.POST.get("based_on", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, which shows errors itself."""
    return "application/json" in request.headers.get("Accept", "")


def preview_refused(error: BauakteError, errors: list[LanguageError] | None = None) -> JsonResponse:
    """Tell a script why there is no preview."""
    field = error.field if isinstance(error, InvalidInputError) else None
    found = [{"line": one.line, "column": one.column, "message": one.message} for one in errors or []]
    return JsonResponse({"message": str(error), "field": field, "errors": found}, status=422)


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """Answer a PDF to be shown in the browser."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
