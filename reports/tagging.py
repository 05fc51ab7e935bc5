"""Structure tree of a PDF: find an element, and bring lists into the form that PDF/UA-1 asks for."""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name


def elements(document: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every structure element, parents first."""
    pending: list[pikepdf.Object] = [document.Root.StructTreeRoot.K]
    while pending:
        node = pending.pop()
        if isinstance(node, Array):
            pending.extend(reversed(list(node)))
        elif isinstance(node, Dictionary) and Name.S in node:
            yield node
            if Name.K in node:
                pending.append(node.K)


def find_element(document: pikepdf.Pdf, tag: Name) -> pikepdf.Object:
    """The only element with ``tag``; ``ValueError`` where there is none or more than one."""
    found = [element for element in elements(document) if tag == element.S]
    if len(found) != 1:
        raise ValueError(f"{len(found)} elements with the tag {tag}")
    return found[0]


def tidy_lists(document: pikepdf.Pdf) -> None:
    """Put what stands loose in a list item into its body (ISO 14289-1, 7.2: LI holds Lbl and LBody alone).

    WeasyPrint makes a body for a line of text, but not for paragraphs in an item.
    """
    for item in [element for element in elements(document) if element.S == Name.LI]:
        kids = list(item.K) if isinstance(item.K, Array) else [item.K]
        loose = [kid for kid in kids if not _is_list_part(kid)]
        if not loose:
            continue
        body = document.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.LBody, P=item, Pg=item.Pg, K=Array(loose))
        )
        for kid in loose:
            kid.P = body
        labels = [kid for kid in kids if _is_list_part(kid)]
        item.K = Array([*labels, body])


def _is_list_part(kid: pikepdf.Object) -> bool:
    return isinstance(kid, Dictionary) and kid.get(Name.S) in (Name.Lbl, Name.LBody)
