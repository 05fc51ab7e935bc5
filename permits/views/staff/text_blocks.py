"""The library of text blocks, for the administration of an authority: list, write, versions, archive."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from permits import legal_time
from permits.block_triggers import trigger_labels
from permits.errors import StaleError, StateError
from permits.forms.staff.text_blocks import TextBlockForm, TextPreviewForm
from permits.law import law
from permits.letter_language import FIELDS
from permits.models import ConditionKind, ConditionStage, TextBlock, TextBlockVersion
from permits.selectors.text_block_filling import sample_text
from permits.selectors.text_block_sharing import newer_origin_version, origin_news
from permits.selectors.text_blocks import BlockQuery, block_page, compared, next_key
from permits.services.text_blocks import BlockContent, archive_block, create_block, restore_block, save_block
from permits.views.staff.text_block_access import chosen_authority, crumbs, own_block, refused, signed_in

MAX_QUERY = 100
FOLDER = "authority/text_blocks"


@login_required
def text_blocks(request: HttpRequest) -> HttpResponse:
    """List and search the library of an authority that the person administers; anybody else gets 404."""
    authorities, authority = chosen_authority(request)
    query = _query(request)
    procedures = law(authority.land).on(legal_time.today()).procedures.values()
    context = {
        "authorities": authorities,
        "authority": authority,
        "query": query,
        "filtered": query != BlockQuery(),
        "page": block_page(authority, query),
        "kinds": ConditionKind.choices,
        "stages": ConditionStage.choices,
        "procedures": [(row.id, row.title) for row in procedures],
        "today": legal_time.today(),
        "news": origin_news(authority),
        "crumbs": crumbs(),
    }
    alone = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    response = render(request, f"{FOLDER}/{'table' if alone else 'list'}.html", context)
    response["Vary"] = "HX-Request, Cookie"
    return response


def _query(request: HttpRequest) -> BlockQuery:
    given = {name: str(value).replace("\x00", "").strip()[:MAX_QUERY] for name, value in request.GET.items()}
    kind, stage = given.get("art", ""), given.get("zeitpunkt", "")
    return BlockQuery(
        text=given.get("suche", ""),
        kind=kind if kind in ConditionKind.values else "",
        stage=stage if stage in ConditionStage.values else "",
        procedure=given.get("verfahren", ""),
        archived=given.get("archiv", "") == "1",
        after=given.get("after", ""),
        before=given.get("before", ""),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def text_block_new(request: HttpRequest) -> HttpResponse:
    """Write a new block."""
    authorities, authority = chosen_authority(request)
    initial = TextBlockForm.initial_of(None) | {"key": next_key(authority)}
    form = TextBlockForm(request.POST or None, authority=authority, new=True, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            block = refused(
                form,
                lambda: create_block(
                    authority=authority,
                    by=signed_in(request),
                    key=data["key"],
                    content=form.content(),
                    note=data["note"],
                ),
            )
            if block is not None:
                messages.success(request, f"Der Textbaustein {block.key} ist angelegt.")
                return redirect("text_block", block=block.uuid)
    context = {"authorities": authorities, "authority": authority, "crumbs": crumbs(("Neuer Textbaustein", ""))}
    return _form_page(request, form, context, status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def text_block_edit(request: HttpRequest, block: UUID) -> HttpResponse:
    """Change a block: what is saved is a new version."""
    own = own_block(request, block)
    current = _current(own)
    initial = TextBlockForm.initial_of(BlockContent.of(current)) | {"based_on": current.number}
    form = TextBlockForm(request.POST or None, authority=own.authority, new=False, initial=initial)
    status, problem = 200, ""
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                version = refused(
                    form,
                    lambda: save_block(
                        block=own,
                        by=signed_in(request),
                        content=form.content(),
                        based_on=form.cleaned_data["based_on"] or 0,
                        note=form.cleaned_data["note"],
                    ),
                )
            except (StaleError, StateError) as error:
                # What was typed stays; what somebody else saved stands beside it, and the next try is based on that.
                problem, status = str(error), 409
                own = own_block(request, block)
                current = _current(own)
                typed = request.POST.copy()
                typed["based_on"] = str(current.number)
                form.data = typed
            else:
                if version is not None:
                    messages.success(request, f"Fassung {version.number} von {own.key} ist gespeichert.")
                    return redirect("text_block", block=own.uuid)
    context = {
        "text_block": own,
        "authority": own.authority,
        "current": current,
        "problem": problem,
        "crumbs": crumbs((own.key, reverse("text_block", args=[own.uuid])), ("Bearbeiten", "")),
    }
    return _form_page(request, form, context, status)


def _form_page(request: HttpRequest, form: TextBlockForm, context: dict[str, Any], status: int) -> HttpResponse:
    context |= {"form": form, "fields": FIELDS.values()}
    return render(request, f"{FOLDER}/form.html", context, status=status)


@require_POST
@login_required
def text_block_preview(request: HttpRequest) -> HttpResponse:
    """Show a text with example values, or its mistakes, while it is being written."""
    _, authority = chosen_authority(request)
    return render(request, f"{FOLDER}/preview.html", {"previews": TextPreviewForm(request.POST).previews(authority)})


@login_required
def text_block(request: HttpRequest, block: UUID, problem: str = "", status: int = 200) -> HttpResponse:
    """Show one block: its newest version, where it stands, earlier versions, who is offered it."""
    own = own_block(request, block)
    current = _current(own)
    versions = list(
        own.versions.order_by("-number").select_related("written_by", "adopted_from").prefetch_related("offers")
    )
    offered = next((row for row in versions if any(o.withdrawn_at is None for o in row.offers.all())), None)
    context = {
        "text_block": own,
        "current": current,
        "versions": versions,
        "sample": sample_text(current.text, own.authority),
        "sample_reason": sample_text(current.reason, own.authority),
        **placing(current, own.authority.land),
        "offered": offered,
        "copies": own.copies.count(),
        "newer": newer_origin_version(own),
        "used": _uses(own),
        "problem": problem,
        "crumbs": crumbs((own.key, "")),
    }
    return render(request, f"{FOLDER}/block.html", context, status=status)


def placing(version: TextBlockVersion, land: str) -> dict[str, Any]:
    """Return where and when a version is used, in the words of a Land: code, procedures, proposals, validity."""
    in_force, labels = law(land).on(legal_time.today()), trigger_labels(land)
    known = in_force.procedures
    return {
        "xbau": in_force.codes("condition_kinds").get(version.kind),
        "procedures": [known[code].title if code in known else code for code in version.procedures],
        "triggers": [labels.get(trigger, trigger) for trigger in version.proposed_when],
        "validity": validity(version),
    }


def _uses(block: TextBlock) -> int:
    """How many conditions were made from any version of the block."""
    return TextBlockVersion.objects.filter(block=block, conditions__isnull=False).values("conditions").count()


def validity(version: TextBlockVersion) -> tuple[str, str]:
    """Return the words and the tone of a version's validity today."""
    today = legal_time.today()
    if version.valid_from > today:
        return f"gilt ab {version.valid_from:%d.%m.%Y}", "info"
    if version.valid_to and version.valid_to < today:
        return f"galt bis {version.valid_to:%d.%m.%Y}", "warning"
    if version.valid_to:
        return f"gilt bis {version.valid_to:%d.%m.%Y}", "success"
    return "gilt", "success"


@login_required
def text_block_compare(request: HttpRequest, block: UUID) -> HttpResponse:
    """Show two versions of a block and what differs."""
    own = own_block(request, block)
    current = _current(own)
    before, after = _number(request, "von", current.number - 1), _number(request, "bis", current.number)
    try:
        old, new, parts = compared(own, before, after)
    except TextBlockVersion.DoesNotExist as error:
        raise Http404 from error
    context = {
        "text_block": own,
        "old": old,
        "new": new,
        "parts": parts,
        "numbers": range(1, current.number + 1),
        "crumbs": crumbs((own.key, reverse("text_block", args=[own.uuid])), ("Vergleich", "")),
    }
    return render(request, f"{FOLDER}/compare.html", context)


@require_POST
@login_required
def text_block_archive(request: HttpRequest, block: UUID) -> HttpResponse:
    """Archive a block, or bring it back."""
    own = own_block(request, block)
    back = request.POST.get("zurueck") == "1"
    try:
        if back:
            restore_block(block=own, by=signed_in(request))
        else:
            archive_block(block=own, by=signed_in(request))
    except StateError as error:
        return text_block(request, block, problem=str(error), status=409)
    messages.success(request, f"{own.key} ist {'aus dem Archiv geholt' if back else 'archiviert'}.")
    return redirect("text_block", block=own.uuid)


def _current(block: TextBlock) -> TextBlockVersion:
    if block.current is None:
        raise Http404
    return block.current


def _number(request: HttpRequest, name: str, default: int) -> int:
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else max(1, default)
