"""Pages of an authority's letterhead: change it and see it, what it was before, and back."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from permits.errors import BauakteError, InvalidInputError, StaleError
from permits.forms.staff.letters import LetterheadForm, letterhead_form
from permits.models import LetterheadVersion, PermitAuthority
from permits.selectors.letters import compare_letterheads, letterhead_history, letterhead_in_force
from permits.services.letterheads import (
    checked,
    printing_problem,
    restore_letterhead,
    save_letterhead,
    with_values,
)
from permits.services.letters.samples import letter_kinds, sample_context, sample_pdf
from permits.views.staff.administration import (
    STILL_THERE,
    administered,
    administered_one,
    administrator,
    pdf_answer,
    preview_refused,
    shown_version,
    wants_json,
)


@never_cache
@login_required
def letter_settings(request: HttpRequest) -> HttpResponse:
    """Lead to letterhead and texts of every authority that the person administers."""
    parts = [
        {
            "authority": authority,
            "version": letterhead_in_force(authority),
            "problem": printing_problem(authority),
            "texts": sum(bool(text.strip()) for text in _texts(authority)),
            "kinds": len(letter_kinds()),
        }
        for authority in administered(request)
    ]
    return render(request, "authority/letters/settings.html", {"parts": parts, "crumbs": _crumbs()})


def _texts(authority: PermitAuthority) -> list[str]:
    newest = authority.letter_parts.order_by("kind", "place", "-number").distinct("kind", "place")
    return [part.text for part in newest]


@never_cache
@login_required
def letterhead(request: HttpRequest, authority: UUID) -> HttpResponse:
    """Show the letterhead's form beside its preview; a POST puts it into force."""
    own = administered_one(request, authority)
    if request.method != "POST":
        return _page(request, own, letterhead_form(letterhead_in_force(own)))
    form = LetterheadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, own, form)
    try:
        version = save_letterhead(
            authority=own,
            by=administrator(request),
            values=form.values(),
            reason=form.cleaned_data["reason"],
            based_on=form.cleaned_data["based_on"],
        )
    except BauakteError as error:
        _add(form, error)
        if isinstance(error, StaleError):
            # Who has been told may save over it.
            form.start_from({"based_on": letterhead_in_force(own).number})
        return _page(request, own, form)
    messages.success(request, f"Fassung {version.number} des Briefkopfs gilt ab jetzt für neue Schreiben.")
    return redirect("letterhead", authority=own.uuid)


@never_cache
@login_required
def letterhead_preview(request: HttpRequest, authority: UUID) -> HttpResponse:
    """Show a sample letter: with the letterhead in force, an earlier one (``fassung``), or the form's (POST)."""
    own = administered_one(request, authority)
    if request.method != "POST":
        version = _version(own, request.GET.get("fassung")) if "fassung" in request.GET else None
        try:
            return pdf_answer(sample_pdf(sample_context(own, version=version)), "Muster Briefkopf")
        except InvalidInputError as error:
            return _no_sample(request, own, version, error)
    form = LetterheadForm(request.POST, request.FILES)
    form.fields["reason"].required = False
    if form.is_valid():
        try:
            version = with_values(own, checked(form.values()))
            return pdf_answer(sample_pdf(sample_context(own, version=version)), "Muster Briefkopf")
        except BauakteError as error:
            _add(form, error)
    if wants_json(request):
        field, errors = next(iter(form.errors.items()))
        label = form.fields[field].label if field in form.fields else ""
        return preview_refused(InvalidInputError(f"{label}: {errors[0]}" if label else str(errors[0]), field=field))
    return _page(request, own, form)


@never_cache
@login_required
def letterhead_version(request: HttpRequest, authority: UUID) -> HttpResponse:
    """Compare two versions: ``alt`` and ``neu``, by default the last two."""
    own = administered_one(request, authority)
    now = letterhead_in_force(own)
    newer = _version(own, request.GET.get("neu") or str(now.number))
    older = _version(own, request.GET.get("alt") or str(max(newer.number - 1, 1)))
    context = {
        "authority": own,
        "older": older,
        "newer": newer,
        "now": now,
        "rows": compare_letterheads(older, newer),
        "history": letterhead_history(own),
        "crumbs": _crumbs(("Briefkopf", reverse("letterhead", args=[own.uuid])), ("Fassungen", "")),
    }
    return render(request, "authority/letters/letterhead_versions.html", context)


@require_POST
@login_required
def letterhead_restore(request: HttpRequest, authority: UUID) -> HttpResponse:
    """Put an earlier version into force again."""
    own = administered_one(request, authority)
    version = _version(own, request.POST.get("fassung"))
    try:
        made = restore_letterhead(version=version, by=administrator(request), based_on=shown_version(request))
    except BauakteError as error:
        messages.error(request, str(error))
        return redirect("letterhead_version", authority=own.uuid)
    messages.success(request, f"Fassung {version.number} gilt wieder, als Fassung {made.number}.")
    return redirect("letterhead", authority=own.uuid)


def _no_sample(
    request: HttpRequest, authority: PermitAuthority, version: LetterheadVersion | None, error: InvalidInputError
) -> HttpResponse:
    """Say why a stored letterhead has no sample, above the form in which it can be mended."""
    which = f"Die Fassung {version.number}" if version else "Der Briefkopf"
    problem = f"{which} lässt sich nicht mehr zeigen: Heute gelten strengere Regeln als beim Speichern. {error}"
    if wants_json(request):
        return preview_refused(InvalidInputError(problem))
    return _page(request, authority, letterhead_form(letterhead_in_force(authority)), problem)


def _page(request: HttpRequest, authority: PermitAuthority, form: LetterheadForm, problem: str = "") -> HttpResponse:
    context = {
        "authority": authority,
        "form": form,
        "problem": problem or ("" if form.errors else printing_problem(authority)),
        "now": letterhead_in_force(authority),
        "history": letterhead_history(authority),
        "crumbs": _crumbs(("Briefkopf", "")),
    }
    return render(request, "authority/letters/letterhead.html", context, status=422 if form.errors or problem else 200)


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    settings = reverse("letter_settings") if more else ""
    return [("Behörde", reverse("authority")), ("Briefkopf und Brieftexte", settings), *more]


def _add(form: LetterheadForm, error: BauakteError) -> None:
    field = error.field if isinstance(error, InvalidInputError) else None
    text = f"{error} {STILL_THERE}" if isinstance(error, StaleError) else str(error)
    form.add_error(field if field in form.fields else None, text)


def _version(authority: PermitAuthority, number: str | None) -> LetterheadVersion:
    if number is None or not (number.isascii() and number.isdigit() and len(number) < 9):
        raise Http404
    found = authority.letterheads.filter(number=int(number)).first()
    if found is None:
        raise Http404
    return found
