"""Two people, or one person in two windows, at the letterhead and at the texts of letters."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from permits.models import PermitAuthority, Role, User
from permits.selectors.letters import letter_parts_in_force, letterhead_in_force
from permits.services.authorities import add_member
from tests.cast import Cast
from tests.permits.test_letter_settings import CREST, change, musterstadt, write

__all__ = ["musterstadt"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
SELF = "Sie selbst haben inzwischen in einem anderen Fenster"
OTHER = "Eine andere Person hat inzwischen"
FORM = {
    "accent_colour": "#1f3b5c", "tint_colour": "#eef2f6", "closing_formula": "Viele Grüße",
    "crest_alternative": "Wappen", "reason": "Neu",
}  # fmt: skip


@pytest.fixture
def second_admin(cast: Cast, musterstadt: PermitAuthority) -> User:
    add_member(authority=musterstadt, by=cast.admin, user=cast.registry, role=Role.AUTHORITY_ADMIN)
    return cast.registry


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def test_restoring_a_letterhead_notices_a_version_that_the_page_did_not_show(
    musterstadt: PermitAuthority, cast: Cast, second_admin: User
) -> None:
    change(musterstadt, cast, closing_formula="Beste Grüße")
    first, second = signed_in(cast.admin), signed_in(second_admin)
    page = second.get(reverse("letterhead", args=[musterstadt.uuid])).content.decode()
    assert '<input type="hidden" name="based_on" value="2">' in page
    change(musterstadt, cast, closing_formula="Freundliche Grüße")
    to, seen = reverse("letterhead_restore", args=[musterstadt.uuid]), {"fassung": "1", "based_on": "2"}
    for client, who in ((second, OTHER), (first, SELF)):
        answer = client.post(to, seen, follow=True).content.decode()
        assert f"{who} den Briefkopf geändert: Es gilt Fassung 3." in answer
    assert letterhead_in_force(musterstadt).number == 3
    second.post(to, {**seen, "based_on": "3"})
    assert letterhead_in_force(musterstadt).reason == "Fassung 1 wiederhergestellt"


def test_restoring_a_text_notices_a_version_that_the_page_did_not_show(
    musterstadt: PermitAuthority, cast: Cast
) -> None:
    client = signed_in(cast.admin)
    write(musterstadt, cast, "Eins.")
    write(musterstadt, cast, "Zwei.", on=1)
    page = client.get(reverse("letter_versions", args=[musterstadt.uuid, "receipt"])).content.decode()
    assert page.count('<input type="hidden" name="based_on" value="2">') == 2
    write(musterstadt, cast, "Drei.", on=2)
    to = reverse("letter_restore", args=[musterstadt.uuid, "receipt"])
    for number in ("1", "0"):
        seen = {"place": "opening", "fassung": number, "based_on": "2"}
        answer = client.post(to, seen, follow=True).content.decode()
        assert f"{SELF} den Text „Nach der Anrede“ geändert: Es gilt Fassung 3." in answer
    assert letter_parts_in_force(musterstadt)["receipt", "opening"].text == "Drei."


def test_who_was_told_of_a_newer_letterhead_may_save_over_it(
    musterstadt: PermitAuthority, cast: Cast, second_admin: User
) -> None:
    change(musterstadt, cast, closing_formula="Beste Grüße")
    client, to = signed_in(second_admin), reverse("letterhead", args=[musterstadt.uuid])
    answer = client.post(to, {**FORM, "based_on": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"{OTHER} den Briefkopf geändert: Es gilt Fassung 2." in page
    assert "Ihre Eingaben stehen noch im Formular." in page
    assert 'value="Viele Grüße"' in page
    assert '<input type="hidden" name="based_on" value="2" id="id_based_on">' in page
    assert client.post(to, {**FORM, "based_on": "2"}).status_code == 302


def test_who_was_told_of_a_newer_text_may_save_over_it(musterstadt: PermitAuthority, cast: Cast) -> None:
    write(musterstadt, cast, "Eins.")
    client, to = signed_in(cast.admin), reverse("letter_texts", args=[musterstadt.uuid, "receipt"])
    form = {"opening": "Zwei.", "closing": "", "reason": "Neu", "opening_based_on": "0", "closing_based_on": "0"}
    page = client.post(to, form).content.decode()
    assert f"{SELF} den Text „Nach der Anrede“ geändert: Es gilt Fassung 1." in page
    assert '<input type="hidden" name="opening_based_on" value="1" id="id_opening_based_on">' in page
    assert client.post(to, {**form, "opening_based_on": "1"}).status_code == 302
    assert letter_parts_in_force(musterstadt)["receipt", "opening"].text == "Zwei."


@pytest.mark.parametrize(
    ("change_of", "says"),
    [
        ({"crest": ("0 0 10 12", "0 0 1e308 1e308")}, "auf kein Papier passt"),
        ({"crest": ("#123456", "url(file:///etc/passwd)")}, "außerhalb ihrer Datei"),
        ({"crest": ("M0 0h10v12H0z", "")}, "nichts zu sehen"),
        ({"website": "javascript:alert(1)"}, "Bitte geben Sie eine Internetadresse an"),
    ],
)
def test_a_refused_field_is_told_beside_it_and_the_others_stay(
    musterstadt: PermitAuthority, cast: Cast, change_of: dict[str, Any], says: str
) -> None:
    client, form = signed_in(cast.admin), {**FORM, "based_on": "1", **change_of}
    if crest := form.pop("crest", None):
        form["crest_file"] = SimpleUploadedFile("wappen.svg", CREST.replace(*crest).encode(), "image/svg+xml")
    answer = client.post(reverse("letterhead", args=[musterstadt.uuid]), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    field = "website" if "website" in change_of else "crest_file"
    assert says in page.partition(f'id="id_{field}_error"')[2].partition("</div>")[0]
    assert 'value="Viele Grüße"' in page
    assert letterhead_in_force(musterstadt).number == 1
