"""A letterhead that was stored before the rules became stricter: everywhere a clear refusal, never a crash."""

import pytest
from django.test import Client
from django.urls import reverse

from permits.errors import InvalidInputError
from permits.models import FollowUp, IssuedDocument, LetterheadVersion, Outcome, PermitAuthority, PermitCase
from permits.services.letterheads import LetterheadValues, save_letterhead
from permits.services.reports_out import print_file_index
from permits.services.sealing_releases import request_release
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.workflows.village import to_proposed
from workflows import actions

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 12">'
SCRIPT = f"{HEAD}<script>alert(1)</script></svg>"
OLD = {
    "no drawing": "kein SVG",
    "reaches outside": f'{HEAD}<path d="M0 0h10v12H0z" style="fill:url(https://example.org/x.svg#a)"/></svg>',
    "script": SCRIPT,
    "giant": f'{HEAD}<path d="M0 0h1e300v1e300z" fill="#123"/></svg>',
    "nothing to see": f"{HEAD}</svg>",
    "breaks the renderer": f'{HEAD}<path d="M 0 0 A 1" transform="scale(1e-400)" fill="#123"/></svg>',
    "words": f'{HEAD}<rect width="10" height="12"/><text x="1" y="2">漢</text></svg>',
}
SAYS = "Das Wappen im Briefkopf lässt sich nicht drucken."
TO_DO = "von der Fachadministration ersetzen oder entfernen"


def store(authority: PermitAuthority, crest: str, **values: str) -> LetterheadVersion:
    """Store a letterhead as an earlier programme did."""
    number = authority.letterheads.count() + 1
    return LetterheadVersion.objects.create(
        authority=authority, number=number, crest_svg=crest, reason="Früher gespeichert", **values
    )


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    client.force_login(cast.admin, backend=BACKEND)
    return client


@pytest.mark.parametrize("crest", OLD.values(), ids=OLD)
def test_the_sample_of_an_old_letterhead_says_what_is_wrong(
    authorities: dict[str, PermitAuthority], admin: Client, crest: str
) -> None:
    town = authorities["musterstadt"]
    old = store(town, crest)
    store(town, "")
    url = reverse("letterhead_preview", args=[town.uuid])
    answer = admin.get(url, {"fassung": old.number})
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in (f"Die Fassung {old.number} lässt sich nicht mehr zeigen", SAYS, TO_DO, "<h1>Briefkopf</h1>"):
        assert words in page
    told = admin.get(url, {"fassung": old.number}, headers={"Accept": "application/json"})
    assert (told.status_code, SAYS in told.json()["message"]) == (422, True)
    assert admin.get(url).content.startswith(b"%PDF"), "the letterhead in force is shown"


def test_the_sample_of_an_old_letterhead_with_pale_colours_says_what_is_wrong(
    authorities: dict[str, PermitAuthority], admin: Client
) -> None:
    town = authorities["musterstadt"]
    store(town, "", accent_colour="#8899aa", tint_colour="#778899")
    answer = admin.get(reverse("letterhead_preview", args=[town.uuid]))
    assert answer.status_code == 422
    assert "auf Weiß zu blass zum Lesen. Bitte lassen Sie sie" in answer.content.decode()


def test_the_administration_is_told_before_a_paper_fails(
    authorities: dict[str, PermitAuthority], admin: Client
) -> None:
    town = authorities["musterstadt"]
    for page in (reverse("letter_settings"), reverse("letterhead", args=[town.uuid])):
        assert SAYS not in admin.get(page).content.decode()
    old = store(town, SCRIPT)
    for page in (reverse("letter_settings"), reverse("letterhead", args=[town.uuid])):
        answer = admin.get(page)
        assert (answer.status_code, SAYS in answer.content.decode()) == (200, True)
    texts = admin.get(reverse("letter_preview", args=[town.uuid, "receipt"]))
    assert (texts.status_code, SAYS in texts.content.decode()) == (422, True)
    restored = admin.post(
        reverse("letterhead_restore", args=[town.uuid]), {"fassung": old.number, "based_on": old.number}, follow=True
    )
    assert "Das Wappen enthält „script“" in restored.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_letter_with_an_old_letterhead_becomes_a_task_and_goes_out_once_it_is_mended(
    application: PermitCase, cast: Cast
) -> None:
    store(application.authority, SCRIPT)
    actions.submit(case=application, by=cast.owner)
    run_jobs()
    text = FollowUp.objects.get(case=application).text
    for words in ("Die Eingangsbestätigung konnte nicht", SAYS, TO_DO, "„script“", "erneut"):
        assert words in text
    assert "Technik" not in text
    assert not IssuedDocument.objects.filter(case=application).exists()


def test_nobody_signs_a_notice_whose_letterhead_cannot_be_printed(
    application: PermitCase, cast: Cast, client: Client
) -> None:
    actions.submit(case=application, by=cast.owner)
    actions.confirm_completeness(case=application, by=cast.officer)
    actions.finish_assessment(case=application, by=cast.officer)
    store(application.authority, SCRIPT)
    actions.save_decision(
        case=application, by=cast.officer, outcome=Outcome.GRANTED, operative_part="Wird erteilt.", reasons=""
    )
    with pytest.raises(InvalidInputError, match=SAYS):
        actions.propose_decision(case=application, by=cast.officer)
    client.force_login(cast.officer, backend=BACKEND)
    form = {"outcome": "granted", "operative_part": "Wird erteilt.", "reasons": "", "revision": "1"}
    shown = client.post(reverse("staff_decision_preview", args=[application.uuid]), form)
    assert (shown.status_code, SAYS in shown.content.decode()) == (422, True)
    with pytest.raises(InvalidInputError, match=SAYS):
        print_file_index(case=application)
    index = client.get(reverse("staff_file_index", args=[application.uuid]), follow=True)
    assert SAYS in index.content.decode()


def test_previews_of_waiting_papers_say_what_is_wrong(application: PermitCase, cast: Cast, client: Client) -> None:
    version = to_proposed(application, cast)
    receipt = str(application.submissions.all()[0].uuid)
    request = request_release(case=application, by=cast.officer, kind="receipt", subject=receipt)
    store(application.authority, SCRIPT)
    client.force_login(cast.reviewer, backend=BACKEND)
    for page in (
        reverse("staff_decision_pdf", args=[application.uuid, version.uuid]),
        reverse("seal_preview", args=[request.uuid]),
    ):
        answer = client.get(page)
        assert (answer.status_code, SAYS in answer.content.decode()) == (422, True)


def test_a_mended_letterhead_is_saved_over_an_old_one(authorities: dict[str, PermitAuthority], cast: Cast) -> None:
    old = store(authorities["musterstadt"], SCRIPT)
    made = save_letterhead(
        authority=old.authority, by=cast.admin, values=LetterheadValues(), reason="Wappen ersetzt", based_on=old.number
    )
    assert made.number == old.number + 1
