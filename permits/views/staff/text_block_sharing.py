"""The shared library: offer a version to other authorities, adopt theirs, follow the origin of a copy or not."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from permits.errors import InvalidInputError, StaleError, StateError
from permits.forms.staff.text_blocks import AdoptForm
from permits.models import TextBlock
from permits.selectors.text_block_diff import version_diff
from permits.selectors.text_block_filling import sample_text
from permits.selectors.text_block_sharing import (
    adopted_blocks,
    last_common_version,
    newer_origin_version,
    offered_versions,
    origin_news,
)
from permits.selectors.text_blocks import next_key
from permits.services.text_block_sharing import (
    adopt_version,
    decline_version,
    offer_version,
    take_over,
    withdraw_offer,
)
from permits.views.staff.text_block_access import chosen_authority, crumbs, own_block, refused, signed_in
from permits.views.staff.text_blocks import FOLDER, placing, text_block


@require_POST
@login_required
def text_block_offer(request: HttpRequest, block: UUID) -> HttpResponse:
    """Offer a version to the other authorities, or no longer offer it."""
    own = own_block(request, block)
    number = request.POST.get("fassung", "")
    version = own.versions.filter(number=int(number)).first() if number.isascii() and number.isdigit() else None
    if version is None:
        raise Http404
    try:
        if request.POST.get("zurueck") == "1":
            withdraw_offer(version=version, by=signed_in(request))
            done = f"Fassung {version.number} wird nicht mehr angeboten."
        else:
            offer_version(version=version, by=signed_in(request))
            done = f"Fassung {version.number} steht jetzt allen Behörden dieser Installation offen."
    except StateError as error:
        return text_block(request, block, problem=str(error), status=409)
    messages.success(request, done)
    return redirect("text_block", block=own.uuid)


@login_required
def text_block_library(request: HttpRequest) -> HttpResponse:
    """List what other authorities offer, and which own copies are behind their origin."""
    authorities, authority = chosen_authority(request)
    adopted = adopted_blocks(authority)
    context = {
        "authorities": authorities,
        "authority": authority,
        "offers": [
            {"version": version, "own": adopted.get(version.block_id), **placing(version, authority.land)}
            for version in offered_versions(authority)
        ],
        "news": origin_news(authority),
        "crumbs": crumbs(("Gemeinsame Bibliothek", "")),
    }
    return render(request, f"{FOLDER}/library.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def text_block_adopt(request: HttpRequest, offered_version: UUID) -> HttpResponse:
    """Show an offered version, and copy it into the own library."""
    authorities, authority = chosen_authority(request)
    offered = offered_versions(authority).filter(uuid=offered_version).first()
    if offered is None:
        raise Http404
    taken = TextBlock.objects.filter(authority=authority, key=offered.block.key).exists()
    form = AdoptForm(
        request.POST or None, initial={"key": next_key(authority) if taken else offered.block.key}, auto_id="adopt_%s"
    )
    status, problem = 200, ""
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                block = refused(
                    form,
                    lambda: adopt_version(
                        authority=authority, by=signed_in(request), version=offered, key=form.cleaned_data["key"]
                    ),
                )
            except StateError as error:
                problem, status = str(error), 409
            else:
                if block is not None:
                    messages.success(request, f"Der Baustein ist als {block.key} in Ihre Bibliothek übernommen.")
                    return redirect("text_block", block=block.uuid)
    context = {
        "authorities": authorities,
        "authority": authority,
        "offered": offered,
        "sample": sample_text(offered.text, authority),
        "sample_reason": sample_text(offered.reason, authority),
        **placing(offered, authority.land),
        "own": adopted_blocks(authority).get(offered.block_id),
        "form": form,
        "problem": problem,
        "crumbs": crumbs(
            ("Gemeinsame Bibliothek", reverse("text_block_library")), (f"{offered.block.key} ansehen", "")
        ),
    }
    return render(request, f"{FOLDER}/adopt.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def text_block_origin(request: HttpRequest, block: UUID) -> HttpResponse:
    """Compare a copy with the newer version of its origin, and take it over or keep the own wording."""
    own = own_block(request, block)
    newer = newer_origin_version(own)
    if own.origin is None or own.current is None:
        raise Http404
    status, problem = 200, ""
    if request.method == "POST":
        if newer is None or str(newer.uuid) != request.POST.get("version", ""):
            problem, status = "Bei der Herkunft hat sich inzwischen etwas geändert. Bitte vergleichen Sie neu.", 409
        else:
            based_on = request.POST.get("based_on", "")
            try:
                if request.POST.get("act") == "decline":
                    decline_version(block=own, by=signed_in(request), version=newer)
                    done = "Ihre Fassung bleibt; die neue Fassung der Herkunft wird nicht mehr gemeldet."
                else:
                    seen = int(based_on) if based_on.isascii() and based_on.isdigit() else 0
                    version = take_over(block=own, by=signed_in(request), version=newer, based_on=seen)
                    done = f"Die Fassung der Herkunft ist als Fassung {version.number} übernommen."
            except (StaleError, StateError) as error:
                problem, status = str(error), 409
            except InvalidInputError as error:
                problem, status = str(error), 422
            else:
                messages.success(request, done)
                return redirect("text_block", block=own.uuid)
    common = last_common_version(own)
    context = {
        "text_block": own,
        "current": own.current,
        "newer": newer,
        "common": common,
        "ours": version_diff(own.current, newer) if newer else [],
        "theirs": version_diff(common, newer) if newer and common else [],
        "changed_here": common is not None and common.sha256 != own.current.sha256,
        "problem": problem,
        "crumbs": crumbs((own.key, reverse("text_block", args=[own.uuid])), ("Herkunft", "")),
    }
    return render(request, f"{FOLDER}/origin.html", context, status=status)
