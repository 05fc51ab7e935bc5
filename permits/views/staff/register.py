"""The register of issued papers: an authority's own pages, and what it says about a case."""

import csv
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

from permits.errors import InvalidInputError
from permits.forms.staff.changes import CorrectionForm, RevocationForm, correction_initial, revocation_initial
from permits.forms.staff.decision import ReturnForm, SignForm
from permits.forms.staff.register import RegisterForm
from permits.models import ChangeKind, NoticeChange, PermitAuthority, PermitCase, User
from permits.selectors.clock import law_of
from permits.selectors.failed_letters import failed_letters
from permits.selectors.register import (
    RegisterQuery,
    csv_rows,
    entries_of,
    kinds_of,
    notice_states,
    register_page,
    registers_of,
)
from permits.services.documents_out import preview_change
from permits.views.access import SignedInRequest
from permits.views.staff.decision import pdf_response
from permits.views.staff.frame import Forms, Problem, show, staff_view

NBSP = "\u00a0"  # a rule is not torn apart at the end of a line
BYTE_ORDER_MARK = "\ufeff"  # spreadsheets take the file for UTF-8 only with it
UNVERIFIED = "Ungeprüft: die genannten Vorschriften sind noch nicht mit ihrer Quelle verglichen."


def grounds(case: PermitCase, *kinds: ChangeKind) -> list[tuple[str, str]]:
    """Return the grounds of the law in force for changing a notice, as choices."""
    law = law_of(case)
    return [
        (row.id, f"{kind.label}: {row.title} ({row.legal_basis.replace(' ', NBSP)})")
        for kind in kinds
        for row in law.change_grounds(kind)
    ]


def _doubt(case: PermitCase, *kinds: ChangeKind) -> str:
    """Say once that rules among the grounds are not compared with their source."""
    law = law_of(case)
    doubtful = any(not row.verified for kind in kinds for row in law.change_grounds(kind))
    return UNVERIFIED if doubtful else ""


def correction_form(case: PermitCase, *args: Any, returned: NoticeChange | None = None) -> CorrectionForm:
    """Return the form of a correction with the grounds that the law gives, and the text of one that was returned."""
    return CorrectionForm(
        *args,
        grounds=grounds(case, ChangeKind.CORRECTION),
        doubt=_doubt(case, ChangeKind.CORRECTION),
        auto_id="correct_%s",
        initial=correction_initial(returned.content) if returned and returned.kind == ChangeKind.CORRECTION else None,
    )


def revocation_form(case: PermitCase, *args: Any, returned: NoticeChange | None = None) -> RevocationForm:
    """Return the form of a revocation with the grounds that the law gives, and the text of one that was returned."""
    kinds = (ChangeKind.REVOCATION, ChangeKind.WITHDRAWAL)
    return RevocationForm(
        *args,
        grounds=grounds(case, *kinds),
        doubt=_doubt(case, *kinds),
        auto_id="revoke_%s",
        initial=revocation_initial(returned.content) if returned and returned.kind in kinds else None,
    )


def register_section(
    request: SignedInRequest, case: PermitCase, *, forms: Forms | None = None, problem: Problem | None = None
) -> HttpResponse:
    """Show what was entered about a case, and what may be done about its notices."""
    given = forms or {}
    entries = entries_of(case)
    notices = notice_states(case, entries)
    under_way = next((notice.change for notice in notices if notice.change), None)
    returned = next((notice.returned for notice in notices if notice.returned), None)
    seen = {"content_sha256": under_way.content_sha256} if under_way else {}
    context = {
        "entries": entries,
        "failed_letters": failed_letters(case),
        "notices": notices,
        "correct_form": given.get("correct") or correction_form(case, returned=returned),
        "revoke_form": given.get("revoke") or revocation_form(case, returned=returned),
        "sign_form": given.get("sign") or SignForm(initial=seen, auto_id="sign_%s"),
        "return_form": given.get("return") or ReturnForm(auto_id="return_%s"),
    }
    return show(
        request, case, section="staff_register", template="cases/staff/case_register.html", context=context,
        problem=problem,
    )  # fmt: skip


@staff_view()
def staff_register(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """The page's address."""
    return register_section(request, case)


@staff_view()
@xframe_options_sameorigin
def staff_change_pdf(request: SignedInRequest, case: PermitCase, change: UUID) -> HttpResponse:
    """Show the notice of a correction or revocation as it would look, without number and seal."""
    found = NoticeChange.objects.filter(case=case, uuid=change).select_related("signed_by").first()
    if found is None:
        raise Http404
    try:
        rendered = preview_change(case=case, change=found)
    except InvalidInputError as error:
        return register_section(request, case, problem=Problem(str(error), 422))
    return pdf_response(rendered.pdf, f"Vorschau {case}.pdf")


@never_cache
@login_required
def authority_register(request: HttpRequest) -> HttpResponse:
    """Show and search the register of an authority that the person works for; anybody else gets 404."""
    authorities, authority = _authority(request)
    return _register(request, authorities, authority, RegisterForm(request.GET, kinds=kinds_of(authority)))


def _register(
    request: HttpRequest, authorities: list[PermitAuthority], authority: PermitAuthority, form: RegisterForm
) -> HttpResponse:
    """Show what a search finds; a search that makes no sense finds nothing, and says why."""
    query = form.query() if form.is_valid() else None
    context = {
        "authorities": authorities,
        "authority": authority,
        "form": form,
        "query": query,
        "page": register_page(authority, query) if query else None,
    }
    return render(request, "cases/staff/register.html", context, status=200 if query else 422)


@never_cache
@login_required
def authority_register_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Send what a search finds as a table for spreadsheets; a search that makes no sense leads to the page."""
    authorities, authority = _authority(request)
    form = RegisterForm(request.GET, kinds=kinds_of(authority))
    if not form.is_valid():
        return _register(request, authorities, authority, form)
    response = StreamingHttpResponse(_lines(authority, form.query()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ausgangsregister-{authority.slug}.csv"'
    return response


class _Echo:
    """A "file" that hands back what is written into it."""

    def write(self, line: str) -> str:
        return line


def _lines(authority: PermitAuthority, query: RegisterQuery) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";")
    yield BYTE_ORDER_MARK
    for row in csv_rows(authority, query):
        yield writer.writerow(row)


def _authority(request: HttpRequest) -> tuple[list[PermitAuthority], PermitAuthority]:
    found = list(registers_of(request.user)) if isinstance(request.user, User) else []
    wanted = request.GET.get("behoerde", "")
    chosen = [authority for authority in found if not wanted or authority.slug == wanted]
    if not chosen:
        raise Http404
    return found, chosen[0]
