"""Taking a library in from a file, and writing it out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from permits import legal_time
from permits.errors import StateError
from permits.forms.staff.text_blocks import BlockFileForm
from permits.services.text_block_files import BlockFileError, BlockImport, export_blocks, import_blocks
from permits.views.staff.text_block_access import chosen_authority, crumbs, signed_in
from permits.views.staff.text_blocks import FOLDER


@require_safe
@login_required
def text_block_export(request: HttpRequest) -> HttpResponse:
    """Hand out all blocks in use as a TOML file."""
    _, authority = chosen_authority(request)
    content = export_blocks(authority=authority, by=signed_in(request))
    response = HttpResponse(content, content_type="application/toml; charset=utf-8")
    name = f"textbausteine-{authority.slug}-{legal_time.today():%Y-%m-%d}.toml"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def text_block_files(request: HttpRequest) -> HttpResponse:
    """Take in a file, or only check it; all mistakes are named, and then nothing is written."""
    authorities, authority = chosen_authority(request)
    form = BlockFileForm(request.POST or None, request.FILES or None)
    errors: list[str] = []
    checked: BlockImport | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            only = form.cleaned_data["check_only"]
            file = form.cleaned_data["file"].read()
            try:
                result = import_blocks(authority=authority, by=signed_in(request), file=file, check_only=only)
            except BlockFileError as error:
                errors = error.errors
            except StateError as error:
                errors, status = [str(error)], 409
            else:
                if not only:
                    messages.success(
                        request,
                        f"Eingelesen: {len(result.created)} neu, {len(result.changed)} geändert, "
                        f"{len(result.unchanged)} unverändert.",
                    )
                    return redirect("text_blocks")
                checked, status = result, 200
    context = {
        "authorities": authorities,
        "authority": authority,
        "form": form,
        "errors": errors,
        "checked": checked,
        "crumbs": crumbs(("Einlesen und ausgeben", "")),
    }
    return render(request, f"{FOLDER}/files.html", context, status=status)
