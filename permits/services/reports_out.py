"""Papers that nobody is sent: made on demand from what the case holds now, without number and seal.

They are not stored, and change nothing.
"""

import dataclasses
from dataclasses import dataclass
from functools import lru_cache

from permits import legal_time
from permits.errors import BauakteError
from permits.models import CaseStatus, CheckRun, IssuedDocument, Outcome, PermitCase, ServiceOfNotice, User
from permits.models.register import ENDING_ACTS
from permits.selectors.decision_content import latest_run
from permits.selectors.notices import may_read
from permits.selectors.site_plans import current_run
from permits.services.documents_out import printed
from permits.services.letters.check_report import check_report
from permits.services.letters.cover_letter import cover_letter
from permits.services.letters.file_index import file_index
from permits.services.letters.site_sign import site_sign
from permits.services.sealing import fonts
from reports.contexts import DocumentContext
from reports.contexts.site_sign import Paper
from reports.substitution import name_unprintable


class NothingToPrintError(BauakteError):
    """The case has nothing yet that this paper could say."""


@dataclass(frozen=True)
class PrintedReport:
    """A paper made on demand, and the name under which it is saved."""

    pdf: bytes
    file_name: str


def print_check_report(*, case: PermitCase, internal: bool) -> PrintedReport:
    """Return the report on the last check run; ``internal`` with assessments and neighbours, which only staff read.

    Characters that no font prints are named by their code, since nobody can correct them any more. Raises
    NothingToPrintError, and InvalidInputError where a drawing has such characters or the letterhead cannot be printed.
    """
    run = latest_run(case) if internal else current_run(case)
    if run is None:
        raise NothingToPrintError(
            "Es gibt noch keinen Prüflauf." if internal else "Zum aktuellen Lageplan gibt es noch keinen Prüflauf."
        )
    context = name_unprintable(_check_report(case, run, internal=internal), fonts())
    return _printed(context, f"Prüfbericht {case}.pdf")


def _check_report(case: PermitCase, run: CheckRun, *, internal: bool) -> DocumentContext:
    context = check_report(case, run, {"dated_on": legal_time.today()}, internal=internal)
    # A draft has no number yet.
    return dataclasses.replace(context, case=dataclasses.replace(context.case, case_number=str(case)))


def print_file_index(*, case: PermitCase) -> PrintedReport:
    """Return the index of the whole file as of now."""
    context = name_unprintable(file_index(case, {"dated_on": legal_time.today()}), fonts())
    return _printed(context, f"Aktenverzeichnis {case}.pdf")


def print_site_sign(*, case: PermitCase, reader: User | None, paper: str) -> PrintedReport:
    """Return the sign for the building site, on A4 or (``paper`` "A3") A3.

    ``reader`` is who asks on the applicant's side, None for the authority. Raises NothingToPrintError until a permit
    was issued that still counts, and for a reader whom it has not reached.
    """
    permit = permit_in_force(case)
    if permit is None:
        raise NothingToPrintError("Ein Bauschild gibt es erst, wenn eine Baugenehmigung erteilt ist und noch gilt.")
    if reader is not None and not may_read(permit, reader):
        raise NothingToPrintError("Bitte rufen Sie zuerst den Bescheid ab. Danach können Sie das Bauschild drucken.")
    size = Paper.A3 if paper.upper() == Paper.A3 else Paper.A4
    return _printed(site_sign(case, permit, size), f"Bauschild {case} {size}.pdf")


def print_cover_letter(*, case: PermitCase, service: ServiceOfNotice) -> PrintedReport:
    """Return the letter that goes to the recipient of ``service`` with the printed notice, with the address on it."""
    return _printed(cover_letter(case, service), f"Anschreiben {service.document.number}.pdf")


def permit_in_force(case: PermitCase) -> IssuedDocument | None:
    """Return the permit of a case, unless it was withdrawn or revoked since."""
    if case.status != CaseStatus.GRANTED:
        return None
    notices = case.issued_documents.filter(decision_version__outcome=Outcome.GRANTED).select_related("decision_version")
    ended = notices.filter(register_entry__later__act__in=ENDING_ACTS).values("pk")
    return notices.exclude(pk__in=ended).order_by("-issued_at", "-pk").first()


def _printed(context: DocumentContext, file_name: str) -> PrintedReport:
    return PrintedReport(_rendered(context), file_name)


# A long report takes seconds, and people open it twice; the same state of the case gives the same bytes.
@lru_cache(maxsize=4)
def _rendered(context: DocumentContext) -> bytes:
    return printed(context).pdf
