"""Reading the library of text blocks: the list, the search, what is in force for a procedure on a day."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case, F, FloatField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable

from permits.models import PermitAuthority, TextBlock, TextBlockVersion, User
from permits.models.access import Level
from permits.selectors.access import authorities_of
from permits.selectors.text_block_diff import DiffPart, version_diff

PAGE_SIZE = 25
MAX_WORDS = 8
_WORD = re.compile(r"\w+")
_NUMBERED = re.compile(r"(.*?)(\d+)")


@dataclass(frozen=True)
class BlockQuery:
    """What a person asked for; empty values do not filter."""

    text: str = ""
    kind: str = ""
    stage: str = ""
    procedure: str = ""
    archived: bool = False
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class BlockPage:
    """One page of blocks; a key is empty where there is no such page. ``more``: a search found more than shown."""

    blocks: Sequence[TextBlock]
    previous_key: str = ""
    next_key: str = ""
    more: bool = False


def administered_authorities(user: User) -> list[PermitAuthority]:
    """Return the authorities whose library ``user`` may change."""
    return list(authorities_of(user, levels=frozenset({Level.ADMINISTER})))


def block_of(user: User, uuid: UUID) -> TextBlock | None:
    """Return a block of an authority that ``user`` administers, or None."""
    authorities = authorities_of(user, levels=frozenset({Level.ADMINISTER}))
    blocks = TextBlock.objects.filter(authority__in=authorities, uuid=uuid)
    return blocks.select_related("authority", "current__written_by", "origin__authority").first()


def block_page(authority: PermitAuthority, query: BlockQuery) -> BlockPage:
    """Return one page of an authority's library, by key; a search by relevance, its best hits only. One query."""
    blocks = TextBlock.objects.filter(authority=authority, archived_at__isnull=not query.archived)
    blocks = _fitting(blocks, query).select_related("current", "origin__authority")
    if query.text:
        found = list(_searched(blocks, query.text)[: PAGE_SIZE + 1])
        return BlockPage(found[:PAGE_SIZE], more=len(found) > PAGE_SIZE)
    if query.before:
        found = list(blocks.filter(key__lt=query.before).order_by("-key")[: PAGE_SIZE + 1])
        rows, further = found[:PAGE_SIZE][::-1], len(found) > PAGE_SIZE
        return BlockPage(rows, rows[0].key if rows and further else "", rows[-1].key if rows else "")
    found = list((blocks.filter(key__gt=query.after) if query.after else blocks).order_by("key")[: PAGE_SIZE + 1])
    rows, further = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    return BlockPage(rows, rows[0].key if rows and query.after else "", rows[-1].key if further else "")


def _fitting(blocks: QuerySet[TextBlock], query: BlockQuery) -> QuerySet[TextBlock]:
    if query.kind:
        blocks = blocks.filter(current__kind=query.kind)
    if query.stage:
        blocks = blocks.filter(current__stage=query.stage)
    if query.procedure:
        blocks = blocks.filter(Q(current__procedures__contains=[query.procedure]) | Q(current__procedures=[]))
    return blocks


def _searched(blocks: QuerySet[TextBlock], text: str) -> QuerySet[TextBlock]:
    """Hits of the German full text, of a part of a word, and of the key; a hit of the key first, then by rank."""
    found, rank = matching(text, "current__")
    keys = TextBlock.objects.filter(key__icontains=text.strip()).order_by().values("pk")
    return (
        blocks.filter(Q(pk__in=keys) | Q(current__in=found))
        .annotate(rank=_key_first(text, "key", rank))
        .order_by("-rank", "key")
    )


def usable_versions(authority: PermitAuthority, procedure: str, on: dt.date) -> QuerySet[TextBlockVersion]:
    """Return the version of every block that is in force on a day and fits a procedure; archived blocks left out.

    In force is the newest version that has begun; once it has ended, no earlier one comes back.
    """
    begun = TextBlockVersion.objects.filter(block=OuterRef("block"), valid_from__lte=on)
    return TextBlockVersion.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        Q(procedures__contains=[procedure]) | Q(procedures=[]),
        block__authority=authority,
        block__archived_at__isnull=True,
        pk=Subquery(begun.order_by("-number").values("pk")[:1]),
    ).select_related("block")


def search_versions(versions: QuerySet[TextBlockVersion], text: str) -> QuerySet[TextBlockVersion]:
    """Return the hits of a search among ``versions``, best first; all by key where there is nothing to search for."""
    if not text.strip():
        return versions.order_by("block__key")
    found, rank = matching(text, "")
    keys = TextBlock.objects.filter(key__icontains=text.strip()).order_by().values("pk")
    return (
        versions.filter(Q(block__in=keys) | Q(pk__in=found))
        .annotate(rank=_key_first(text, "block__key", rank))
        .order_by("-rank", "block__key")
    )


def matching(text: str, prefix: str) -> tuple[QuerySet[TextBlockVersion, Any], Combinable]:
    """Return the ids of the versions that hold every word of ``text``, and the rank of a row by its full text.

    A word counts where German grammar finds it, also as the beginning of a longer word, or as a part of a word of the
    title or text ("wasser" in "Hochwasser"). Each condition has an index of its own.
    """
    words = _WORD.findall(text)[:MAX_WORDS]
    if not words:
        return TextBlockVersion.objects.none().values("pk"), Value(0.0)
    search = SearchQuery(" & ".join(f"{word}:*" for word in words), search_type="raw", config="german")
    part = Q()
    for word in words:
        part &= Q(title__icontains=word) | Q(text__icontains=word)
    found = TextBlockVersion.objects.filter(Q(search=search) | part).order_by().values("pk")
    return found, SearchRank(F(f"{prefix}search"), search)


def _key_first(text: str, key: str, rank: Combinable) -> Combinable:
    return Case(When(**{f"{key}__istartswith": text.strip()}, then=Value(2.0)), default=rank, output_field=FloatField())


def next_key(authority: PermitAuthority) -> str:
    """Return a key that follows the one given last, such as A-018 after A-017; A-001 in an empty library."""
    last = TextBlock.objects.filter(authority=authority).order_by("-created_at", "-pk").first()
    match = _NUMBERED.fullmatch(last.key) if last else None
    if match is None:
        prefix, number, width = "A-", 0, 3
    else:
        prefix, number, width = match.group(1), int(match.group(2)), len(match.group(2))
    taken = set(TextBlock.objects.filter(authority=authority, key__startswith=prefix).values_list("key", flat=True))
    while True:
        number += 1
        if (key := f"{prefix}{number:0{width}d}") not in taken:
            return key


def compared(block: TextBlock, before: int, after: int) -> tuple[TextBlockVersion, TextBlockVersion, list[DiffPart]]:
    """Return two versions of a block with their differences; raises TextBlockVersion.DoesNotExist."""
    old, new = block.versions.get(number=before), block.versions.get(number=after)
    return old, new, version_diff(old, new)
