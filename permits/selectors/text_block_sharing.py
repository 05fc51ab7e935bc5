"""What other authorities offer, and which own copies are behind their origin."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from permits.models import PermitAuthority, TextBlock, TextBlockDecline, TextBlockOffer, TextBlockVersion


@dataclass(frozen=True)
class OriginNews:
    """An own copy whose origin offers a newer version than the one last taken over or declined."""

    block: TextBlock
    newer: TextBlockVersion


def offered_versions(authority: PermitAuthority) -> QuerySet[TextBlockVersion]:
    """Return the newest offered version of every block of other authorities, archived blocks left out."""
    offers = TextBlockOffer.objects.filter(version__block=OuterRef("block"), withdrawn_at__isnull=True)
    newest = offers.order_by("-version__number").values("version")[:1]
    return (
        TextBlockVersion.objects.filter(pk=Subquery(newest), block__archived_at__isnull=True)
        .exclude(block__authority=authority)
        .select_related("block__authority", "written_by")
        .order_by("block__authority__name", "block__key")
    )


def adopted_blocks(authority: PermitAuthority) -> dict[int, TextBlock]:
    """Return the own copies by the id of their origin, archived ones included."""
    blocks = TextBlock.objects.filter(authority=authority, origin__isnull=False).select_related("current")
    return {block.origin_id: block for block in blocks if block.origin_id is not None}


def origin_news(authority: PermitAuthority) -> Sequence[OriginNews]:
    """Return all own copies that are behind their origin. Two queries."""
    own = TextBlock.objects.filter(authority=authority, archived_at__isnull=True)
    blocks = list(_behind(own).select_related("current", "authority", "origin__authority"))
    versions = TextBlockVersion.objects.select_related("block__authority").in_bulk([block.newer for block in blocks])
    return [OriginNews(block, versions[block.newer]) for block in blocks]


def newer_origin_version(block: TextBlock) -> TextBlockVersion | None:
    """Return the version that a copy's origin offers and that was neither taken over nor declined; None without."""
    row = _behind(TextBlock.objects.filter(pk=block.pk)).first()
    if row is None:
        return None
    return TextBlockVersion.objects.select_related("block__authority").get(pk=row.newer)


def last_common_version(block: TextBlock) -> TextBlockVersion | None:
    """Return the version of the origin that the copy repeated last."""
    taken = block.versions.filter(adopted_from__isnull=False).order_by("-number").select_related("adopted_from")
    version = taken.first()
    return version.adopted_from if version else None


def _behind(blocks: QuerySet[TextBlock]) -> QuerySet[Any]:
    """Return the copies that are behind, with ``newer``: the id of the offered version nobody has looked at."""
    taken = (
        TextBlockVersion.objects.filter(block=OuterRef("pk"), adopted_from__isnull=False)
        .order_by()
        .values("block")
        .annotate(number=Max("adopted_from__number"))
        .values("number")
    )
    declined = (
        TextBlockDecline.objects.filter(block=OuterRef("pk"))
        .order_by()
        .values("block")
        .annotate(number=Max("version__number"))
        .values("number")
    )
    offered = TextBlockOffer.objects.filter(
        version__block=OuterRef("origin"), version__block__archived_at__isnull=True, withdrawn_at__isnull=True
    ).order_by("-version__number")
    return (
        blocks.filter(origin__isnull=False)
        .annotate(
            seen=Greatest(Coalesce(Subquery(taken), 0), Coalesce(Subquery(declined), 0)),
            offered_number=Subquery(offered.values("version__number")[:1]),
            newer=Subquery(offered.values("version")[:1]),
        )
        .filter(offered_number__gt=F("seen"))
    )
