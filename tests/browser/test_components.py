"""Every component on one page: forms of all kinds with and without errors, lists, badges."""

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from playwright.sync_api import Page, expect

from permits.forms.base import DateInput, KernForm
from permits.models import CaseStatus, Verdict

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Everything(KernForm):
    name = forms.CharField(label="Name", help_text="Wie im Ausweis.")
    text = forms.CharField(label="Beschreibung", widget=forms.Textarea)
    day = forms.DateField(label="Datum", widget=DateInput)
    area = forms.DecimalField(label="Fläche in m²", required=False)
    kind = forms.ChoiceField(label="Art", choices=[("a", "Neubau"), ("b", "Umbau")])
    way = forms.ChoiceField(
        label="Bekanntgabe", choices=[("p", "Portal"), ("b", "Brief")], widget=forms.RadioSelect, help_text="Nur eine."
    )
    uses = forms.MultipleChoiceField(
        label="Nutzungen", choices=[("w", "Wohnen"), ("g", "Gewerbe")], widget=forms.CheckboxSelectMultiple
    )
    agree = forms.BooleanField(label="Ich stimme zu.", help_text="Sie können das widerrufen.")
    plan = forms.FileField(label="Bauvorlage als PDF")


FORM = '<form method="post" enctype="multipart/form-data" class="ba-form" novalidate>{{ form }}</form>'
PARTS = """{% load kern %}<h2>Stand</h2>
{% for status in statuses %}{% status_badge status %} {% endfor %}{% for verdict in verdicts %}{% verdict_badge verdict %} {% endfor %}
{% include "components/task_list.html" %}{% include "components/summary_list.html" %}{% include "components/facts.html" %}
{% include "components/timeline.html" %}{% include "components/side_nav.html" with label="Abschnitte" %}
{% include "components/pagination.html" with next_key="17" previous_key="3" count_text="20 von 118" %}
{% include "components/note.html" with text="Bitte beachten." tone="warning" title="Achtung" %}
{% include "components/empty_state.html" with title="Noch nichts" text="Hier steht bald etwas." url="/" action="Beginnen" %}
{% for verdict in verdicts %}{% include "components/finding.html" with title="Abstand" message="3,20 m." legal_basis="§ 5 NBauO" assumptions=statuses %}{% endfor %}"""  # noqa: E501
LISTS = {
    "statuses": list(CaseStatus.values),
    "verdicts": list(Verdict.values),
    "crumbs": [("Arbeitsliste", "/"), ("BA-2026-0017", "/"), ("Prüfung", "")],
    "tasks": [
        {"title": "Grundstück", "url": "/a/", "status": "fertig", "tone": "success", "hint": "2 Flurstücke"},
        {"title": "Einreichen", "url": "", "status": "noch nicht möglich", "tone": "neutral"},
    ],
    "rows": [{"key": "Vorhaben", "value": "Wohnhaus", "url": "/b/"}, {"key": "Telefon", "value": ""}],
    "facts": [{"label": "Frist", "value": "noch 12 Tage", "note": "bis 4. Dezember"}],
    "steps": [
        {"title": "Eingereicht"},
        {"title": "Prüfung", "state": "current"},
        {"title": "Bescheid", "state": "later"},
    ],
    "links": [{"label": "Karte", "url": "/c/", "current": True}, {"label": "Befunde", "url": "/d/", "count": 3}],
}


def test_empty_form_is_accessible(page: Page, show: Any, axe: Any, no_sideways_scroll: Callable[[Page], None]) -> None:
    show(FORM, "app", form=Everything())
    axe(page)
    no_sideways_scroll(page)
    expect(page.get_by_text("Fläche in m² (optional)")).to_be_visible()
    expect(page.get_by_label("Wohnen")).to_have_class("kern-form-check__checkbox")
    expect(page.get_by_label("Portal")).to_have_class("kern-form-check__radio")
    expect(page.get_by_label("Name")).to_have_accessible_description("Wie im Ausweis.")


def test_form_with_errors_is_accessible_and_each_error_leads_to_its_field(
    page: Page, show: Any, axe: Any, no_sideways_scroll: Callable[[Page], None]
) -> None:
    show(FORM, "app", form=Everything({"area": "viel"}, {}))
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    axe(page)
    no_sideways_scroll(page)
    assert summary.get_by_role("link").count() == 9
    for link, target in (("Bekanntgabe", "Portal"), ("Nutzungen", "Wohnen"), ("Bauvorlage", "Bauvorlage als PDF")):
        summary.get_by_role("link", name=link).click()
        expect(page.get_by_label(target)).to_be_focused()


def test_lists_and_badges_are_accessible(
    page: Page, show: Any, axe: Any, no_sideways_scroll: Callable[[Page], None]
) -> None:
    show(PARTS, "app", **LISTS)
    axe(page)
    no_sideways_scroll(page)
    expect(page.get_by_role("link", name="Nächste Seite")).to_have_attribute("href", "?after=17")
    expect(page.get_by_role("link", name="Ändern Vorhaben")).to_be_visible()


def test_form_is_sent_once(page: Page, live_server: Any, show: Any) -> None:
    sent: list[str] = []
    page.route(f"{live_server.url}/target/", lambda route: (sent.append(route.request.url), route.abort("aborted")))
    show('<form method="post" action="/target/"><button>Senden</button></form>', "app")
    button = page.get_by_role("button", name="Senden")
    button.dblclick()
    button.click()
    page.wait_for_timeout(200)
    assert len(sent) == 1


def test_question_comes_before_a_form_that_wants_one(page: Page, live_server: Any, show: Any) -> None:
    sent: list[str] = []
    page.route(f"{live_server.url}/target/", lambda route: (sent.append(route.request.url), route.fulfill(body="ok")))
    show('<form method="post" action="/target/" data-confirm="Wirklich?"><button>Löschen</button></form>', "app")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Löschen").click()
    assert sent == []
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Löschen").click()
    expect(page.get_by_text("ok")).to_be_visible()
    assert len(sent) == 1
