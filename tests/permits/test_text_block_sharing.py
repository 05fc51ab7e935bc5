"""The shared library: offering, adopting as an own copy, hearing of news, taking them over or keeping one's own."""

import pytest

from permits.errors import AccessDeniedError, InvalidInputError, StaleError, StateError
from permits.models import AuditEvent, PermitAuthority, TextBlock, TextBlockVersion
from permits.selectors.text_block_sharing import (
    last_common_version,
    newer_origin_version,
    offered_versions,
    origin_news,
)
from permits.services.text_block_sharing import (
    adopt_version,
    decline_version,
    offer_version,
    take_over,
    withdraw_offer,
)
from permits.services.text_blocks import archive_block, save_block
from tests.cast import Cast
from tests.permits.text_block_cast import block, content, newest

pytestmark = pytest.mark.django_db
Authorities = dict[str, PermitAuthority]


@pytest.fixture
def offered(authorities: Authorities) -> TextBlockVersion:
    """The first version of a block of Beispielland, with a verified basis, offered."""
    return offer_version(
        version=newest(block(authorities["beispielland"], "BL-1", basis_verified=True)), by=None
    ).version


@pytest.fixture
def copy(authorities: Authorities, cast: Cast, offered: TextBlockVersion) -> TextBlock:
    """Musterstadt's copy of it."""
    return adopt_version(authority=authorities["musterstadt"], by=cast.admin, version=offered, key="A-010")


def renew(origin: TextBlock, text: str, *, offer: bool = True) -> TextBlockVersion:
    """A further version of the origin."""
    origin.refresh_from_db()
    assert origin.current is not None
    version = save_block(block=origin, by=None, content=content(text=text), based_on=origin.current.number)
    if offer:
        offer_version(version=version, by=None)
    return version


def test_others_see_only_what_is_offered_and_only_its_newest_offered_version(
    authorities: Authorities, offered: TextBlockVersion
) -> None:
    block(authorities["beispielland"], "BL-2")
    assert list(offered_versions(authorities["musterstadt"])) == [offered]
    assert list(offered_versions(authorities["beispielland"])) == []
    hidden = renew(offered.block, "Noch nicht für andere.", offer=False)
    assert list(offered_versions(authorities["musterstadt"])) == [offered]
    offer_version(version=hidden, by=None)
    assert list(offered_versions(authorities["musterstadt"])) == [hidden]


def test_a_copy_is_its_own_block_and_its_basis_counts_as_unverified(
    authorities: Authorities, cast: Cast, copy: TextBlock, offered: TextBlockVersion
) -> None:
    version = newest(copy)
    assert (copy.authority, copy.key, copy.origin) == (authorities["musterstadt"], "A-010", offered.block)
    assert (version.number, version.adopted_from, version.sha256) == (1, offered, offered.sha256)
    assert not version.basis_verified
    assert AuditEvent.objects.get(type="text_block.adopted").subject["origin"] == str(offered.uuid)
    save_block(block=copy, by=cast.admin, content=content(text="Eigener Text."), based_on=1)
    assert newest(offered.block).text != "Eigener Text."


def test_what_is_not_offered_cannot_be_adopted(authorities: Authorities, cast: Cast, offered: TextBlockVersion) -> None:
    withdraw_offer(version=offered, by=None)
    with pytest.raises(StateError, match="nicht mehr angeboten"):
        adopt_version(authority=authorities["musterstadt"], by=cast.admin, version=offered, key="A-1")
    with pytest.raises(StateError, match="nicht angeboten"):
        withdraw_offer(version=offered, by=None)


def test_a_block_is_adopted_once(
    authorities: Authorities, cast: Cast, copy: TextBlock, offered: TextBlockVersion
) -> None:
    with pytest.raises(InvalidInputError, match="schon übernommen"):
        adopt_version(authority=authorities["musterstadt"], by=cast.admin, version=offered, key="A-011")


def test_a_double_click_offers_once(offered: TextBlockVersion) -> None:
    again = offer_version(version=offered, by=None)
    assert list(offered.offers.all()) == [again]


def test_only_the_administration_of_each_side_shares(
    authorities: Authorities, cast: Cast, offered: TextBlockVersion
) -> None:
    with pytest.raises(AccessDeniedError):
        withdraw_offer(version=offered, by=cast.admin)
    with pytest.raises(AccessDeniedError):
        adopt_version(authority=authorities["musterstadt"], by=cast.officer, version=offered, key="A-1")
    with pytest.raises(AccessDeniedError):
        offer_version(version=newest(block(authorities["musterstadt"], "A-2")), by=cast.officer)


def test_news_of_the_origin_are_told_until_somebody_decides(
    authorities: Authorities, cast: Cast, copy: TextBlock, offered: TextBlockVersion
) -> None:
    assert newer_origin_version(copy) is None
    renew(offered.block, "Zwischenstand.", offer=False)
    assert newer_origin_version(copy) is None
    third = renew(offered.block, "Drei Wochen vorher.")
    assert [(row.block, row.newer) for row in origin_news(authorities["musterstadt"])] == [(copy, third)]
    decline_version(block=copy, by=cast.admin, version=third)
    assert not origin_news(authorities["musterstadt"])
    fourth = renew(offered.block, "Vier Wochen vorher.")
    assert newer_origin_version(copy) == fourth
    taken = take_over(block=copy, by=cast.admin, version=fourth, based_on=1)
    assert (taken.number, taken.text, taken.adopted_from) == (2, "Vier Wochen vorher.", fourth)
    assert not origin_news(authorities["musterstadt"])
    copy.refresh_from_db()
    assert last_common_version(copy) == fourth


def test_taking_over_what_somebody_just_changed_is_refused(
    cast: Cast, copy: TextBlock, offered: TextBlockVersion
) -> None:
    second = renew(offered.block, "Zwei Wochen vorher.")
    save_block(block=copy, by=cast.admin, content=content(text="Eigener Text."), based_on=1)
    with pytest.raises(StaleError):
        take_over(block=copy, by=cast.admin, version=second, based_on=1)
    renew(offered.block, "Drei Wochen vorher.")
    with pytest.raises(StaleError, match="Herkunft"):
        take_over(block=copy, by=cast.admin, version=second, based_on=2)
    with pytest.raises(StaleError, match="Herkunft"):
        decline_version(block=copy, by=cast.admin, version=second)


def test_an_archived_origin_is_no_longer_offered(authorities: Authorities, offered: TextBlockVersion) -> None:
    archive_block(block=offered.block, by=None)
    assert not offered_versions(authorities["musterstadt"])


def test_many_copies_cost_no_more_queries(
    authorities: Authorities, django_assert_num_queries: object, cast: Cast
) -> None:
    for number in range(6):
        version = offer_version(version=newest(block(authorities["beispielland"], f"BL-{number}")), by=None).version
        adopt_version(authority=authorities["musterstadt"], by=cast.admin, version=version, key=f"C-{number}")
        renew(version.block, f"Neu {number}.")
    with django_assert_num_queries(2):  # type: ignore[operator]
        news = origin_news(authorities["musterstadt"])
        assert [row.newer.block.authority.name for row in news] == ["Landkreis Beispielland"] * 6
