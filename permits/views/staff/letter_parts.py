"""Pages of an authority's own texts in letters: write and see them, compare versions, go back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from permits.errors import BauakteError, InvalidInputError, StaleError
from permits.forms.staff.letters import LetterPartsForm, letter_parts_form
from permits.letter_language import LanguageError
from permits.models import LetterPartVersion, LetterPlace, PermitAuthority
from permits.selectors.letters import letter_part_history, letter_parts_in_force
from permits.selectors.text_diff import word_diff
from permits.services.letter_parts import (
    LetterTextError,
    checked_text,
    reset_letter_part,
    restore_letter_part,
    save_letter_parts,
)
from permits.services.letters.samples import LetterKind, fields_of_kind, letter_kinds, sample_context, sample_pdf
from permits.views.staff.administration import (
    STILL_THERE,
    administered_one,
    administrator,
    pdf_answer,
    preview_refused,
    shown_version,
    wants_json,
)

Mistakes = dict[str, list[LanguageError]]


@never_cache
@login_required
def letter_kinds_page(request: HttpRequest, authority: UUID) -> HttpResponse:
    """List every kind of letter with what the authority adds to it."""
    own = administered_one(request, authority)
    in_force = letter_parts_in_force(own)
    rows = [
        {"kind": kind, "parts": [part for place in LetterPlace.values if (part := in_force.get((kind.id, place)))]}
        for kind in letter_kinds()
    ]
    context = {"authority": own, "rows": rows, "crumbs": _crumbs(own, ("Brieftexte", ""))}
    return render(request, "authority/letters/kinds.html", context)


@never_cache
@login_required
def letter_texts(request: HttpRequest, authority: UUID, kind: str) -> HttpResponse:
    """Show the texts of a kind of letter beside their preview; a POST puts them into force."""
    own, known = administered_one(request, authority), _kind(kind)
    if request.method != "POST":
        return _page(request, own, known, letter_parts_form(_in_force(own, kind)))
    form = LetterPartsForm(request.POST)
    mistakes: Mistakes = {}
    if form.is_valid() and not (mistakes := _mistakes(form, kind)):
        try:
            written = save_letter_parts(
                authority=own,
                kind=kind,
                by=administrator(request),
                texts=form.texts(),
                based_on=form.based_on(),
                reason=form.cleaned_data["reason"],
            )
        except BauakteError as error:
            field = error.field if isinstance(error, InvalidInputError) else None
            if isinstance(error, StaleError):
                # Who has been told may save over it.
                form.start_from({f"{place}_based_on": part.number for place, part in _in_force(own, kind).items()})
            text = f"{error} {STILL_THERE}" if isinstance(error, StaleError) else str(error)
            form.add_error(field if field in form.fields else None, text)
        else:
            said = "Die Texte gelten ab jetzt für neue Schreiben." if written else "Es hat sich nichts geändert."
            messages.success(request, said)
            return redirect("letter_texts", authority=own.uuid, kind=kind)
    return _page(request, own, known, form, mistakes)


@never_cache
@login_required
def letter_preview(request: HttpRequest, authority: UUID, kind: str) -> HttpResponse:
    """Show the sample of a kind of letter: with the texts in force, or with those of the form (POST)."""
    own, known = administered_one(request, authority), _kind(kind)
    name = f"Muster {known.title}"
    if request.method != "POST":
        try:
            return pdf_answer(sample_pdf(sample_context(own, kind=kind, parts=_in_force(own, kind).values())), name)
        except InvalidInputError as error:
            if wants_json(request):
                return preview_refused(error)
            return _page(request, own, known, letter_parts_form(_in_force(own, kind)), {}, problem=str(error))
    form = LetterPartsForm(request.POST)
    form.fields["reason"].required = False
    mistakes: Mistakes = {}
    if form.is_valid() and not (mistakes := _mistakes(form, kind)):
        parts = [LetterPartVersion(kind=kind, place=place, number=0, text=text) for place, text in form.texts().items()]
        try:
            return pdf_answer(sample_pdf(sample_context(own, kind=kind, parts=parts)), name)
        except InvalidInputError as error:
            form.add_error(None, str(error))
    if wants_json(request):
        found = next(iter(mistakes.items()), None)
        place, errors = found if found else (None, [])
        message = f"{LetterPlace(place).label}: {errors[0]}" if place else _first_error(form)
        return preview_refused(InvalidInputError(message, field=place), errors)
    return _page(request, own, known, form, mistakes)


@never_cache
@login_required
def letter_versions(request: HttpRequest, authority: UUID, kind: str) -> HttpResponse:
    """Show all versions of a kind's texts, each with what changed; two of them (``alt``, ``neu``) compared."""
    own, known = administered_one(request, authority), _kind(kind)
    history = letter_part_history(own, kind)
    parts = [
        {"place": place, "label": label, "versions": history[place], **_comparison(request, place, history[place])}
        for place, label in LetterPlace.choices
    ]
    here = reverse("letter_texts", args=[own.uuid, kind])
    context = {
        "authority": own,
        "kind": known,
        "parts": parts,
        "crumbs": _crumbs(own, _kinds_crumb(own), (known.title, here), ("Fassungen", "")),
    }
    return render(request, "authority/letters/text_versions.html", context)


@require_POST
@login_required
def letter_restore(request: HttpRequest, authority: UUID, kind: str) -> HttpResponse:
    """Put an earlier text (``fassung``) into force again, or none (0): the letter as the product writes it."""
    own = administered_one(request, authority)
    _kind(kind)
    place, number = request.POST.get("place", ""), request.POST.get("fassung", "")
    if place not in LetterPlace.values:
        raise Http404
    based_on, by = shown_version(request), administrator(request)
    try:
        if number == "0":
            reset_letter_part(authority=own, kind=kind, place=place, by=by, based_on=based_on)
        else:
            restore_letter_part(version=_version(own, kind, place, number), by=by, based_on=based_on)
    except BauakteError as error:
        messages.error(request, str(error))
        return redirect("letter_versions", authority=own.uuid, kind=kind)
    messages.success(request, "Der Text gilt ab jetzt für neue Schreiben.")
    return redirect("letter_texts", authority=own.uuid, kind=kind)


def _page(
    request: HttpRequest,
    authority: PermitAuthority,
    kind: LetterKind,
    form: LetterPartsForm,
    mistakes: Mistakes | None = None,
    problem: str = "",
) -> HttpResponse:
    in_force = _in_force(authority, kind.id)
    context: dict[str, Any] = {
        "problem": problem,
        "authority": authority,
        "kind": kind,
        "form": form,
        "parts": [
            {
                "field": form[place],
                "label": label,
                "part": in_force.get(place),
                "mistakes": [_with_source(form, place, error) for error in (mistakes or {}).get(place, [])],
            }
            for place, label in LetterPlace.choices
        ],
        "mistakes": mistakes,
        "fields": fields_of_kind(kind.id).values(),
        "crumbs": _crumbs(authority, _kinds_crumb(authority), (kind.title, "")),
    }
    wrong = bool(form.errors or mistakes or problem)
    return render(request, "authority/letters/texts.html", context, status=422 if wrong else 200)


def _mistakes(form: LetterPartsForm, kind: str) -> Mistakes:
    """Return the mistakes of every text by place."""
    found: Mistakes = {}
    for place, text in form.texts().items():
        try:
            checked_text(kind=kind, place=place, text=text)
        except LetterTextError as error:
            found[place] = error.errors
            count = "Eine Stelle ist" if len(error.errors) == 1 else f"{len(error.errors)} Stellen sind"
            form.add_error(place, f"{count} nicht in Ordnung. Die Liste beim Text sagt, was zu ändern ist.")
    return found


def _with_source(form: LetterPartsForm, place: str, error: LanguageError) -> dict[str, object]:
    """The mistake with its line of the text, parted where it is."""
    lines = str(form[place].value() or "").replace("\r\n", "\n").split("\n")
    line = lines[error.line - 1] if error.line <= len(lines) else ""
    at = error.column - 1
    start = max(0, at - 40)
    return {
        "error": error,
        "before": ("…" if start else "") + line[start:at],
        "here": line[at : at + 1] or "⏎",
        "after": line[at + 1 : at + 60],
    }


def _comparison(request: HttpRequest, place: str, versions: list[LetterPartVersion]) -> dict[str, Any]:
    by_number = {version.number: version for version in versions}
    newest = versions[0].number if versions else 0
    newer = by_number.get(_number(request.GET.get(f"{place}_neu")), by_number.get(newest))
    wanted = _number(request.GET.get(f"{place}_alt"), default=(newer.number - 1) if newer else 0)
    older = by_number.get(wanted)
    if newer is None:
        return {"newer": None, "older": None, "pieces": []}
    return {"newer": newer, "older": older, "pieces": word_diff(older.text if older else "", newer.text)}


def _number(text: str | None, default: int = -1) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else default


def _version(authority: PermitAuthority, kind: str, place: str, number: str) -> LetterPartVersion:
    found = authority.letter_parts.filter(kind=kind, place=place, number=_number(number)).first()
    if found is None:
        raise Http404
    return found


def _in_force(authority: PermitAuthority, kind: str) -> dict[str, LetterPartVersion]:
    return {place: part for (of, place), part in letter_parts_in_force(authority).items() if of == kind}


def _kind(wanted: str) -> LetterKind:
    found = next((kind for kind in letter_kinds() if kind.id == wanted), None)
    if found is None:
        raise Http404
    return found


def _first_error(form: LetterPartsForm) -> str:
    return next((str(error) for errors in form.errors.values() for error in errors), "")


def _kinds_crumb(authority: PermitAuthority) -> tuple[str, str]:
    return "Brieftexte", reverse("letter_kinds", args=[authority.uuid])


def _crumbs(authority: PermitAuthority, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        ("Behörde", reverse("authority")),
        ("Briefkopf und Brieftexte", reverse("letter_settings")),
        *more,
    ]
