"""The kinds of documents, each declared beside its dataclass by a decorator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from reports.contexts.parts import DocumentContext

C = TypeVar("C", bound="DocumentContext")


@dataclass(frozen=True, kw_only=True)
class DocumentKind:
    """One kind of document: its id, German title, template, template version, and styles beside those of letters."""

    id: str
    title: str
    template: str
    version: str
    context: type[DocumentContext]
    styles: tuple[str, ...] = ()


class UnknownDocumentError(Exception):
    """The class of a context was never registered as a document kind."""


KINDS: dict[str, DocumentKind] = {}


def document_kind(
    kind_id: str, *, title: str, version: str, styles: tuple[str, ...] = ()
) -> Callable[[type[C]], type[C]]:
    """Register a context class under ``kind_id``; its template is ``reports/<kind_id>.html``.

    ``version`` rises with every change of the template, since an issued document
    names the version that it was rendered with. ``styles`` are files beside the
    template that come after those of all letters.

    Raises ``ValueError`` for an id that is taken.
    """

    def register(context: type[C]) -> type[C]:
        if kind_id in KINDS:
            raise ValueError(f"document kind {kind_id!r} is registered twice")
        KINDS[kind_id] = DocumentKind(
            id=kind_id,
            title=title,
            template=f"reports/{kind_id}.html",
            version=version,
            context=context,
            styles=styles,
        )
        return context

    return register


def kind_of(context: DocumentContext) -> DocumentKind:
    """The registered kind of ``context``; raises ``UnknownDocumentError``."""
    for kind in KINDS.values():
        if kind.context is type(context):
            return kind
    raise UnknownDocumentError(type(context).__name__)
