"""The one way from the domain to ``reports``: contexts of our papers, rendering, sealing, looking into uploads."""

import datetime as dt
import logging
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from permits import legal_time
from permits.errors import InvalidInputError
from permits.models import DecisionVersion, IssuedDocument, NoticeChange, PermitCase
from permits.selectors.decision_content import frozen_content
from permits.services.files import DamagedFileError, read_file
from permits.services.letters import LETTERS, change_notice, decision_notice
from permits.services.paper_contexts import built, digest_of_context
from permits.services.sealing import fonts, seal_key, trust_roots
from permits.services.sealing_forms import form_of, require_form
from permits.services.sealing_releases import frozen_digest, required_release
from permits.services.sealing_uses import use_seal
from reports.contexts import DocumentContext, Letterhead, SealInfo, Verification
from reports.coverage import describe_characters, require_coverage
from reports.errors import GlyphCoverageError, RenderError
from reports.letterhead import require_letterhead
from reports.page_count import page_count
from reports.pdf import RenderedDocument, render_document
from reports.pdf_inspect import PdfRefusedError, PdfReport, inspect_pdf
from reports.seal import SealedPdf
from reports.seal_validation import SealValidation, validate_seal

logger = logging.getLogger(__name__)
# No 0/O, 1/I/L: the code is typed from paper.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_GROUPS, CODE_GROUP_LENGTH = 4, 4


@dataclass(frozen=True, kw_only=True)
class PreparedDocument:
    """A rendered (and where the kind needs it sealed) paper, not yet stored."""

    kind: str
    subject: str
    number: str
    code: str
    title: str
    issued_at: dt.datetime
    rendered: RenderedDocument
    sealed: SealedPdf | None

    @property
    def pdf(self) -> bytes:
        """The bytes to store."""
        return self.sealed.pdf if self.sealed else self.rendered.pdf


def new_code() -> str:
    """Return a random verification code such as ``7KQP-M2XA-…`` (about 79 bits)."""
    groups = ("".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_GROUP_LENGTH)) for _ in range(CODE_GROUPS))
    return "-".join(groups)


def prepare(*, case: PermitCase, kind: str, subject: str) -> PreparedDocument:
    """Render and seal the paper of one act; slow (seconds). Writes nothing but the record of the seal's use.

    Whether it is sealed, and at least how, is the law's to say (``document_forms``). Raises LawPackError, FormError and
    ReleaseMissingError before anything is rendered; RenderError, SealError, SealKeyError.
    """
    letter = LETTERS[kind]
    issued_at = legal_time.now().replace(microsecond=0)
    number, code = letter.number(case, subject), new_code()
    key = seal_key() if form_of(case.authority, kind).seal else None
    if key:
        require_form(case.authority, kind, key.level)
    seal = SealInfo(level=key.level, serial=number, sealed_at=issued_at) if key else None
    context = built(case, kind, subject, _frame(number, code, issued_at, seal))
    sealed = None
    if key and seal:
        digest = frozen_digest(subject) or digest_of_context(context)
        release = required_release(kind=kind, subject=subject, content_sha256=digest)
        rendered = render_document(context, fonts=fonts())
        sealed = use_seal(case=case, rendered=rendered, release=release, key=key, seal=seal)
    else:
        rendered = render_document(context, fonts=fonts())
    return PreparedDocument(
        kind=kind,
        subject=subject,
        number=number,
        code=code,
        title=context.heading,
        issued_at=issued_at,
        rendered=rendered,
        sealed=sealed,
    )


def _frame(number: str, code: str, issued_at: dt.datetime, seal: SealInfo | None) -> dict[str, object]:
    frame: dict[str, object] = {"dated_on": legal_time.legal_day(issued_at)}
    if seal:
        # The code is not in the address, so that nobody's browser history or server log opens the page.
        url = settings.SITE_URL + reverse("verify", args=[number])
        frame |= {"seal": seal, "verification": Verification(url=url, number=number, code=code)}
    return frame


def printed(context: DocumentContext) -> RenderedDocument:
    """Render a paper that somebody wants to see; raises InvalidInputError saying what cannot be printed, and why."""
    require_printable(context)
    try:
        return render_document(context, fonts=fonts())
    except RenderError as error:
        logger.warning("A paper cannot be printed: %s (%s)", error, ", ".join(error.places))
        raise InvalidInputError(error.message) from error


def preview(*, case: PermitCase, kind: str, subject: str) -> RenderedDocument:
    """Render a paper without number, code or seal, for the people who work on it.

    Raises InvalidInputError naming a text that cannot be filled, or what cannot be printed.
    """
    return printed(built(case, kind, subject, {"dated_on": legal_time.today()}))


def preview_decision(*, case: PermitCase, version: DecisionVersion) -> RenderedDocument:
    """Render a decision as it would look now, saved or not: a draft with what it would freeze, without number or seal.

    Raises InvalidInputError naming what cannot be printed.
    """
    content = version.content or frozen_content(version)
    return printed(decision_notice(case, version, content, {"dated_on": legal_time.today()}))


def preview_change(*, case: PermitCase, change: NoticeChange) -> RenderedDocument:
    """Render the notice of a correction or revocation, saved or not, without number or seal; InvalidInputError."""
    return printed(change_notice(case, change, {"dated_on": legal_time.today()}))


def require_change_printable(*, case: PermitCase, change: NoticeChange) -> None:
    """Raise InvalidInputError where a correction or revocation could not be printed."""
    require_printable(change_notice(case, change, {"dated_on": legal_time.today()}))


def require_printable(context: DocumentContext) -> None:
    """Raise InvalidInputError naming characters that no font prints, or what is wrong with the letterhead.

    Called before anybody signs.
    """
    try:
        require_coverage(context, fonts())
    except GlyphCoverageError as error:
        lost = describe_characters("".join(dict.fromkeys("".join(error.missing.values()))))
        raise InvalidInputError(
            f"Der Text enthält Zeichen, die sich nicht drucken lassen. Bitte ersetzen Sie sie: {lost}."
        ) from error
    require_printable_letterhead(context.letterhead)


def require_printable_letterhead(letterhead: Letterhead) -> None:
    """Raise InvalidInputError where a stored letterhead would be refused today, saying what to do."""
    try:
        require_letterhead(letterhead, fonts=fonts())
    except RenderError as error:
        raise InvalidInputError(error.message) from error


def inspect_upload(content: bytes, *, file_name: str) -> PdfReport:
    """Look into an uploaded PDF in a limited process; raises InvalidInputError with a German reason."""
    try:
        return inspect_pdf(content, file_name=file_name)
    except PdfRefusedError as error:
        raise InvalidInputError(str(error), field="file") from error


def pages_of(document: IssuedDocument) -> int | None:
    """Return how many pages an issued paper has; None where its file is lost or damaged."""
    try:
        return page_count(read_file(document.file))
    except (DamagedFileError, OSError):
        return None


def check_seal(pdf: bytes, *, at: dt.datetime | None = None) -> SealValidation:
    """Validate the seal of a PDF against the configured roots."""
    return validate_seal(pdf, trust_roots(), at=at)
