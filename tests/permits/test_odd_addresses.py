"""Addresses and queries with characters that are no text: answered in plain words, and nothing of them in the page."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("odd", ["%00", "X-B1%00", "%1B[31m", "X%0D%0ASet-Cookie", "%E2%80%AE1B-X", "%E2%80%8BX-B1"])
@pytest.mark.parametrize(
    "start",
    ["/pruefen/", "/konto/neu/", "/konto/passwort-vergessen/", "/konto/e-mail-bestaetigen/", "/konto/demo-post/"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_with_a_character_that_shows_nothing_is_not_found(
    client: Client, start: str, odd: str, method: str
) -> None:
    answer = getattr(client, method)(f"{start}{odd}/")
    assert answer.status_code == 404
    assert "Seite" in answer.content.decode()
    assert b"\x00" not in answer.content


def test_a_number_with_umlauts_and_blanks_is_still_an_address(client: Client) -> None:
    answer = client.get("/pruefen/63-2026-Ä 1-B1/")
    assert answer.status_code == 200
    assert 'value="63-2026-Ä 1-B1"' in answer.content.decode()


def test_a_nul_in_a_query_reaches_neither_the_database_nor_the_page(client: Client) -> None:
    answer = client.get(reverse("demo_mail"), {"an": "a\x00@example.org"})
    assert answer.status_code == 200
    assert b"\x00" not in answer.content
