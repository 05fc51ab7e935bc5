"""Accounts through the services: links that expire and fit once, no enumeration, an audit entry for every write."""

import datetime as dt
import re
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.core import mail as outbox
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from permits.errors import InvalidInputError
from permits.mail import queue_mail, send_queued_mail
from permits.models import Assurance, AuditEvent, OutgoingMail, Role, User
from permits.services import accounts
from permits.services.account_tokens import LinkExpiredError, LinkInvalidError
from permits.services.authorities import add_member, create_authority
from permits.views.pages import server_error

pytestmark = pytest.mark.django_db
PASSWORD = "drei Linden am Deister"
START = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def alice() -> User:
    return accounts.create_account(
        email="Alice@Example.org", given_name="Alice", family_name="Ahrens", password=PASSWORD
    )


def last_mail() -> OutgoingMail:
    return OutgoingMail.objects.latest("created_at", "pk")


def last_token() -> str:
    found = re.search(r"https?://\S+/([^/\s]+)/$", last_mail().body, re.MULTILINE)
    assert found
    return found[1]


def shown(answer: Any, email: str) -> str:
    """Return the page without the address and the CSRF token."""
    page = re.sub(r'"X-CSRFToken": "\w+"', "", answer.content.decode())
    return page.replace(email, "?").replace(quote(email), "?")


def types_of_events() -> list[str]:
    return list(AuditEvent.objects.order_by("sequence").values_list("type", flat=True))


def finish(token: str) -> User:
    return accounts.confirm_email(token=token, given_name="Bob", family_name="Öztürk", password=PASSWORD)


def test_nobody_has_an_account_before_the_address_is_confirmed() -> None:
    accounts.sign_up(email="bob@example.org")
    assert not User.objects.exists()
    user = finish(last_token())
    assert user.email_confirmed_at is not None
    assert user.check_password(PASSWORD)
    assert types_of_events() == ["account.created", "account.email_confirmed"]


def test_local_account_has_the_identity_of_a_test_access(alice: User) -> None:
    identity = alice.identities.get()
    assert (identity.issuer, identity.subject, identity.assurance) == ("local", str(alice.uuid), Assurance.TEST)


def test_link_of_sign_up_fits_once() -> None:
    accounts.sign_up(email="bob@example.org")
    token = last_token()
    finish(token)
    with pytest.raises(LinkInvalidError):
        finish(token)
    assert User.objects.count() == 1


def test_link_of_sign_up_expires_after_24_hours() -> None:
    with time_machine.travel(START, tick=False) as clock:
        accounts.sign_up(email="bob@example.org")
        token = last_token()
        clock.shift(dt.timedelta(hours=24))
        assert accounts.email_of_sign_up(token) == "bob@example.org"
        clock.shift(dt.timedelta(seconds=1))
        with pytest.raises(LinkExpiredError):
            finish(token)


def test_damaged_link_and_link_for_something_else_are_refused(alice: User) -> None:
    accounts.request_password_reset(email=alice.email)
    token = last_token()
    for wrong in (token[:-1], "x", ""):
        with pytest.raises(LinkInvalidError):
            accounts.user_of_reset(wrong)
    with pytest.raises(LinkInvalidError):
        accounts.email_of_sign_up(token)


def test_sign_up_with_a_taken_address_looks_the_same_and_tells_only_the_owner(client: Client, alice: User) -> None:
    taken = client.post("/konto/neu/", {"email": alice.email})
    assert last_mail().subject == "Sie haben bereits ein Konto"
    free = client.post("/konto/neu/", {"email": "bob@example.org"})
    assert taken.status_code == free.status_code == 200
    assert shown(taken, alice.email) == shown(free, "bob@example.org")


def test_reset_for_an_unknown_address_looks_the_same_and_sends_nothing(client: Client, alice: User) -> None:
    unknown = client.post("/konto/passwort-vergessen/", {"email": "carol@example.org"})
    assert not OutgoingMail.objects.exists()
    known = client.post("/konto/passwort-vergessen/", {"email": alice.email})
    assert OutgoingMail.objects.count() == 1
    assert shown(unknown, "carol@example.org") == shown(known, alice.email)


def test_address_is_unique_whatever_its_case(alice: User) -> None:
    with pytest.raises(accounts.EmailTakenError):
        accounts.create_account(email="aLICE@example.ORG", given_name="A", family_name="B", password=PASSWORD)
    assert User.objects.count() == 1


def test_reset_link_fits_once_and_ends_other_sessions(client: Client, alice: User) -> None:
    client.post("/konto/anmelden/", {"username": alice.email, "password": PASSWORD})
    assert client.get("/konto/profil/").status_code == 200
    accounts.request_password_reset(email=alice.email)
    token = last_token()
    accounts.reset_password(token=token, password="fünf Eichen am Maschsee")
    with pytest.raises(LinkInvalidError):
        accounts.reset_password(token=token, password="sechs Buchen am Benther Berg")
    assert client.get("/konto/profil/").status_code == 302
    assert last_mail().subject == "Ihr Passwort wurde geändert"


def test_reset_link_expires_after_an_hour(alice: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        accounts.request_password_reset(email=alice.email)
        token = last_token()
        clock.shift(dt.timedelta(minutes=60, seconds=1))
        with pytest.raises(LinkExpiredError):
            accounts.user_of_reset(token)


def test_older_reset_link_ends_with_the_newer_one_that_was_used(alice: User) -> None:
    accounts.request_password_reset(email=alice.email)
    older = last_token()
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5), tick=False):
        accounts.request_password_reset(email=alice.email)
    accounts.reset_password(token=last_token(), password="fünf Eichen am Maschsee")
    with pytest.raises(LinkInvalidError):
        accounts.user_of_reset(older)


def test_change_of_address_needs_the_link_and_tells_the_old_address(alice: User) -> None:
    accounts.request_email_change(user=alice, email="alice@neu.example")
    alice.refresh_from_db()
    assert alice.email == "Alice@example.org"
    token = last_token()
    assert accounts.confirm_email_change(token=token).email == "alice@neu.example"
    assert last_mail().to == "Alice@example.org"
    assert "neu.example" not in last_mail().body
    with pytest.raises(LinkInvalidError):
        accounts.confirm_email_change(token=token)
    assert types_of_events()[-1] == "account.email_changed"


def test_address_taken_in_the_meantime_is_refused(alice: User) -> None:
    accounts.request_email_change(user=alice, email="bob@example.org")
    token = last_token()
    accounts.create_account(email="bob@example.org", given_name="Bob", family_name="Bauer", password=PASSWORD)
    with pytest.raises(InvalidInputError):
        accounts.confirm_email_change(token=token)


def test_deactivated_user_can_neither_sign_in_nor_reset(alice: User) -> None:
    accounts.request_password_reset(email=alice.email)
    token = last_token()
    alice.is_active = False
    alice.save()
    request = RequestFactory().post("/konto/anmelden/")
    assert authenticate(request, username=alice.email, password=PASSWORD) is None
    with pytest.raises(LinkInvalidError):
        accounts.user_of_reset(token)


def test_lock_out_ends_after_half_an_hour(client: Client, alice: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(5):
            answer = client.post("/konto/anmelden/", {"username": alice.email, "password": "falsch"})
        assert answer.status_code == 429
        assert "30 Minuten" in answer.content.decode()
        right = {"username": alice.email, "password": PASSWORD}
        clock.shift(dt.timedelta(minutes=29))
        assert client.post("/konto/anmelden/", right).status_code == 429
        clock.shift(dt.timedelta(minutes=31))
        assert client.post("/konto/anmelden/", right).status_code == 302
    assert types_of_events()[-1] == "account.signed_in"


def test_wrong_password_keeps_the_address_and_never_shows_the_password(client: Client, alice: User) -> None:
    answer = client.post("/konto/anmelden/", {"username": alice.email, "password": "falsch geraten"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{alice.email}"' in page
    assert "falsch geraten" not in page


def test_sign_in_leads_only_to_our_own_pages(client: Client, alice: User) -> None:
    right = {"username": alice.email, "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post("/konto/anmelden/", right)["Location"] == "/"


def test_weak_and_personal_passwords_are_refused(client: Client) -> None:
    accounts.sign_up(email="bob.oeztuerk@example.org")
    address = f"/konto/neu/{last_token()}/"
    for weak in ("kurz", "1234567890123", "bob.oeztuerk", "passwort1234"[:9]):
        answer = client.post(address, {"given_name": "Bob", "family_name": "Öztürk", "password": weak})
        assert answer.status_code == 422, weak
    assert not User.objects.exists()


def test_nobody_can_flood_a_mail_box() -> None:
    for _ in range(8):
        accounts.sign_up(email="bob@example.org")
    assert OutgoingMail.objects.count() == accounts.MAILS_PER_HOUR


def test_mail_with_the_same_id_is_queued_once() -> None:
    first = queue_mail(to="bob@example.org", subject="Eins", body="Text", message_id="receipt-1")
    second = queue_mail(to="bob@example.org", subject="Zwei", body="Anders", message_id="receipt-1")
    assert first == second
    assert second.subject == "Eins"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'permits.send_mail'")
        assert cursor.fetchone() == (1,)


def test_mail_is_sent_once_with_its_id_and_loses_its_text_outside_the_demo(settings: Any) -> None:
    settings.DEMO = False
    stored = queue_mail(to="bob@example.org", subject="Link", body="https://…", message_id="link-1")
    assert send_queued_mail(mail_id=stored.pk)
    assert not send_queued_mail(mail_id=stored.pk)
    (sent,) = outbox.outbox
    assert sent.extra_headers["Message-ID"] == stored.message_id
    assert sent.body == "https://…"
    stored.refresh_from_db()
    assert stored.body == ""


def test_mail_box_of_the_demo_is_not_there_in_production(client: Client, settings: Any) -> None:
    stored = queue_mail(to="bob@example.org", subject="Betreff", body="Text", message_id="x-1")
    assert "Betreff" in client.get("/konto/demo-post/").content.decode()
    assert stored.body in client.get("/konto/demo-post/x-1/").content.decode()
    settings.DEMO = False
    assert client.get("/konto/demo-post/").status_code == 404
    assert client.get("/konto/demo-post/x-1/").status_code == 404


def test_sign_out_asks_for_a_post(client: Client, alice: User) -> None:
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/konto/abmelden/").status_code == 405
    assert client.post("/konto/abmelden/").status_code == 302
    assert client.get("/konto/profil/").status_code == 302


def test_missing_token_of_a_form_gets_a_plain_explanation(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/konto/anmelden/", {"username": alice.email, "password": PASSWORD})
    assert answer.status_code == 403
    assert "Bitte senden Sie das Formular noch einmal" in answer.content.decode()


def test_page_of_a_signed_in_person_costs_few_queries(client: Client, alice: User) -> None:
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    with CaptureQueriesContext(connection) as queries:
        client.get("/hilfe/")
    # Session, user, roles for the navigation, authorities of the page.
    assert len(queries) == 4, [query["sql"] for query in queries]


def test_home_leads_each_person_to_their_own_work(client: Client, alice: User) -> None:
    assert client.get("/").status_code == 200
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/")["Location"] == reverse("my_applications")
    authority = create_authority(
        by=None,
        slug="musterstadt",
        name="Stadt Musterstadt",
        number_prefix="MU",
        street="Rathausplatz 1",
        postal_code="30999",
        city="Musterstadt",
    )
    add_member(authority=authority, user=alice, role=Role.CASE_OFFICER, by=None)
    assert client.get("/")["Location"] == reverse("worklist")
    assert "Sachbearbeitung, Stadt Musterstadt" in client.get("/konto/profil/").content.decode()


def test_page_for_errors_needs_no_database(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Das ist ein Fehler auf unserer Seite" in answer.content.decode()


def test_english_browser_gets_whole_pages_in_german(client: Client) -> None:
    page = client.post("/konto/neu/", {"email": ""}, headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="de"' in page
    assert "Dieses Feld ist zwingend erforderlich." in page


def test_form_sent_after_the_session_ended_gives_back_the_text_and_leads_to_its_page(client: Client) -> None:
    case = "/vorgaenge/00000000-0000-4000-8000-000000000000/"
    answer = client.post(
        f"{case}nachricht/",
        {"text": "Meine lange Nachricht <b>", "password": "ganz geheimes Wort"},
        headers={"accept": "text/html", "referer": f"http://testserver{case}"},
    )
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "Meine lange Nachricht &lt;b&gt;" in page
    assert "geheim" not in page
    assert f"/konto/anmelden/?{urlencode({'next': case})}" in page
    foreign = client.post(f"{case}nachricht/", headers={"accept": "text/html", "referer": "https://evil.example/x"})
    assert "evil" not in foreign.content.decode()


def test_address_of_a_form_opened_by_itself_gets_a_german_page(client: Client) -> None:
    answer = client.get("/konto/abmelden/", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "Hier gibt es keine Seite" in answer.content.decode()
