"""One library for several authorities: offering a version, adopting it as an own copy, following its origin or not."""

from dataclasses import replace

from django.db import transaction

from permits import legal_time
from permits.errors import InvalidInputError, StaleError, StateError
from permits.models import (
    Level,
    PermitAuthority,
    TextBlock,
    TextBlockDecline,
    TextBlockOffer,
    TextBlockVersion,
    User,
)
from permits.selectors.text_block_sharing import newer_origin_version, offered_versions
from permits.services import audit
from permits.services.access import require_on_authority
from permits.services.text_blocks import (
    BlockContent,
    checked,
    locked,
    new_block,
    require_current,
    write_version,
)


@transaction.atomic
def offer_version(*, version: TextBlockVersion, by: User | None) -> TextBlockOffer:
    """Let all other authorities of the installation see and adopt a version. A double click offers once.

    Raises AccessDeniedError; StateError where the block is archived.
    """
    block = locked(version.block, by=by)
    standing = version.offers.filter(withdrawn_at__isnull=True).first()
    if standing is not None:
        return standing
    offer = TextBlockOffer.objects.create(version=version, offered_by=by, offered_at=legal_time.now())
    _record("text_block.offered", by=by, block=block, version=version)
    return offer


@transaction.atomic
def withdraw_offer(*, version: TextBlockVersion, by: User | None) -> None:
    """No longer offer a version; copies that others made stay theirs.

    Raises AccessDeniedError; StateError where it is not offered.
    """
    require_on_authority(user=by, authority=version.block.authority, level=Level.ADMINISTER)
    offer = version.offers.select_for_update(of=("self",)).filter(withdrawn_at__isnull=True).first()
    if offer is None:
        raise StateError("Diese Fassung wird nicht angeboten.")
    offer.withdrawn_by, offer.withdrawn_at = by, legal_time.now()
    offer.save(update_fields=["withdrawn_by", "withdrawn_at"])
    _record("text_block.withdrawn", by=by, block=version.block, version=version)


@transaction.atomic
def adopt_version(*, authority: PermitAuthority, by: User | None, version: TextBlockVersion, key: str) -> TextBlock:
    """Copy an offered version of another authority into the own library; the copy remembers its origin.

    The legal basis counts as unverified until the own authority has compared it. Raises AccessDeniedError; StateError
    where the version is not offered; InvalidInputError where it was adopted before, the key is taken, or the text names
    what this authority does not know.
    """
    require_on_authority(user=by, authority=authority, level=Level.ADMINISTER)
    _require_offered(version, authority)
    if TextBlock.objects.filter(authority=authority, origin=version.block).exists():
        raise InvalidInputError("Diesen Baustein haben Sie schon übernommen, vielleicht liegt er im Archiv.")
    content = checked(_unverified(version), authority)
    block = new_block(authority=authority, key=key, origin=version.block)
    write_version(block=block, by=by, content=content, event="text_block.adopted", adopted_from=version)
    return block


@transaction.atomic
def take_over(*, block: TextBlock, by: User | None, version: TextBlockVersion, based_on: int) -> TextBlockVersion:
    """Replace the own wording by a newer version of the origin, as a new version. ``based_on``: the own one seen.

    Raises AccessDeniedError; StaleError where either side has moved on; StateError.
    """
    block = locked(block, by=by)
    require_current(block, based_on)
    _require_newest(block, version)
    content = checked(_unverified(version), block.authority)
    return write_version(block=block, by=by, content=content, event="text_block.updated", adopted_from=version)


@transaction.atomic
def decline_version(*, block: TextBlock, by: User | None, version: TextBlockVersion) -> TextBlockDecline:
    """Keep the own wording; the origin's version is no longer shown as news, a still newer one is.

    Raises AccessDeniedError; StaleError where the origin has moved on; StateError.
    """
    block = locked(block, by=by)
    _require_newest(block, version)
    decline = TextBlockDecline.objects.create(block=block, version=version, by=by, at=legal_time.now())
    _record("text_block.declined", by=by, block=block, version=version)
    return decline


def _require_offered(version: TextBlockVersion, authority: PermitAuthority) -> None:
    if not offered_versions(authority).filter(pk=version.pk).exists():
        raise StateError("Diese Fassung wird nicht mehr angeboten. Bitte laden Sie die Bibliothek neu.")


def _require_newest(block: TextBlock, version: TextBlockVersion) -> None:
    newest = newer_origin_version(block)
    if newest is None or newest.pk != version.pk:
        raise StaleError("Bei der Herkunft hat sich inzwischen etwas geändert. Bitte vergleichen Sie noch einmal.")


def _unverified(version: TextBlockVersion) -> BlockContent:
    return replace(BlockContent.of(version), basis_verified=False)


def _record(event: str, *, by: User | None, block: TextBlock, version: TextBlockVersion) -> None:
    audit.record(
        type=event,
        by=by,
        authority=block.authority,
        subject={"text_block": str(block.uuid), "key": block.key, "version": version.number, "of": str(version.uuid)},
    )
