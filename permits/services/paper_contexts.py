"""Contexts of papers with the authority's own texts, and the hash of what such a paper says."""

import hashlib
from dataclasses import dataclass

from permits import legal_time
from permits.models import PermitCase
from permits.services.audit import canonical
from permits.services.letters import CHANGE_KINDS, LETTERS, NOTICE_KINDS, Frame
from permits.services.letters.parts import with_letter_parts
from reports.contexts import DocumentContext
from reports.data import as_data

# How a paper looks, who answers for it and when it goes out are set by sealing itself.
NO_CONTENT = frozenset({"letterhead", "contact", "dated_on", "seal", "verification", "signatories", "letter_parts"})


@dataclass(frozen=True)
class PaperContent:
    """Title of a paper, and the SHA-256 over what it says."""

    title: str
    sha256: str


def built(case: PermitCase, kind: str, subject: str, frame: Frame) -> DocumentContext:
    """Return the context of a paper with the authority's own texts; what was signed has those that its signer saw."""
    context = LETTERS[kind].build(case, subject, frame)
    return context if kind in NOTICE_KINDS | CHANGE_KINDS else with_letter_parts(case, context)


def content_of_paper(*, case: PermitCase, kind: str, subject: str) -> PaperContent:
    """Return title and hash of the paper of one act as it would say now."""
    context = built(case, kind, subject, {"dated_on": legal_time.today()})
    return PaperContent(context.heading, digest_of_context(context))


def digest_of_context(context: DocumentContext) -> str:
    """Return the hash over what a paper says; the authority's texts count by their versions, their dates do not."""
    data = {name: value for name, value in as_data(context).items() if name not in NO_CONTENT}
    data["letter_parts"] = [[part.key, part.version] for part in context.letter_parts]
    return hashlib.sha256(canonical(data)).hexdigest()
