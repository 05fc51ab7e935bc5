"""Text blocks for the conditions of a case: proposals with their reasons first, then the search."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from permits import legal_time
from permits.errors import InvalidInputError
from permits.forms.staff.assessment import ConditionForm
from permits.letter_language import gaps_in
from permits.models import Level, PermitCase, TextBlockVersion
from permits.selectors.text_block_filling import case_values, fill_block
from permits.selectors.text_block_proposals import proposals_for, used_blocks
from permits.selectors.text_blocks import search_versions, usable_versions
from permits.services.assessment import WORKING_STATES
from permits.views.access import SignedInRequest
from permits.views.staff.frame import Forms, Problem, show, staff_view

HITS = 20
MAX_QUERY = 100


@staff_view(Level.PROCESS)
def staff_text_blocks(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Show what is proposed for the case and why, and find any other block."""
    text = request.GET.get("suche", "").replace("\x00", "").strip()[:MAX_QUERY]
    usable = usable_versions(case.authority, case.procedure, legal_time.today())
    found = list(search_versions(usable, text)[: HITS + 1])
    used, values = set(used_blocks(case)), case_values(case)
    context: dict[str, Any] = {
        "text": text,
        "found": [_row(version, values, used=version.block_id in used) for version in found[:HITS]],
        "more": len(found) > HITS,
        "working": case.status in WORKING_STATES,
    }
    if "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers:
        response = render(request, "cases/staff/text_block_hits.html", {"case": case, **context})
    else:
        proposals = proposals_for(case)
        rows = [_row(row.version, values, used=row.used, reasons=row.reasons) for row in proposals.rows]
        context |= {"proposals": proposals, "proposed": rows}
        response = show(
            request, case, section="staff_conditions", template="cases/staff/text_blocks.html", context=context
        )
    response["Vary"] = "HX-Request, Cookie"
    return response


def _row(
    version: TextBlockVersion, values: Mapping[str, str], *, used: bool, reasons: Sequence[str] = ()
) -> dict[str, Any]:
    """A block as it would read in this case; one that cannot be filled in is shown as it is written."""
    try:
        text = fill_block(version, values).text
    except InvalidInputError:
        text = version.text
    return {"version": version, "text": text, "used": used, "reasons": reasons}


def usable_version(case: PermitCase, uuid: UUID) -> TextBlockVersion:
    """Return a version of a block of the case's authority, also one that is no longer in use; raises Http404."""
    versions = TextBlockVersion.objects.filter(block__authority=case.authority, uuid=uuid)
    found = versions.select_related("block").first()
    if found is None:
        raise Http404
    return found


def block_condition_page(
    request: SignedInRequest,
    case: PermitCase,
    version: TextBlockVersion,
    *,
    forms: Forms | None = None,
    problem: Problem | None = None,
) -> HttpResponse:
    """Show a block filled in for the case, to be changed and taken as a condition."""
    given = (forms or {}).get("condition")
    initial = {"kind": version.kind, "stage": version.stage, "legal_basis": version.legal_basis}
    try:
        filled = fill_block(version, case_values(case))
    except InvalidInputError as error:
        problem = problem or Problem(str(error), 422)
        initial |= {"text": version.text, "reason": version.reason}
    else:
        initial |= {"text": filled.text, "reason": filled.reason}
    form = given or ConditionForm(initial=initial, auto_id="condition_%s")
    context = {
        "version": version,
        # Of the text that stands in the form: what was filled in is asked for no more.
        "gaps": gaps_in(*(str(form[name].value() or "") for name in ("text", "reason"))),
        "working": case.status in WORKING_STATES,
        "condition_form": form,
    }
    return show(
        request, case, section="staff_conditions", template="cases/staff/condition_from_block.html", context=context,
        problem=problem,
    )  # fmt: skip
