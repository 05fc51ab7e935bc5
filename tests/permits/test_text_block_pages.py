"""The pages of the library: writing by form, what two people do at once, strangers, hostile texts, many blocks."""

import datetime as dt
import threading
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from permits.errors import BauakteError
from permits.models import PermitAuthority, TextBlock
from permits.selectors.text_blocks import BlockQuery, block_page
from permits.services.text_block_files import export_blocks
from permits.services.text_block_sharing import adopt_version, offer_version
from permits.services.text_blocks import BlockContent, create_block, save_block
from tests.cast import Cast
from tests.permits.text_block_cast import block, browser, content, newest

Authorities = dict[str, PermitAuthority]
HOSTILE = '<script>alert(1)</script> <b>„fett“</b> & "x" \\'


def form(**changes: object) -> dict[str, object]:
    """What a browser sends of a block."""
    given = BlockContent(**vars(content()))
    data = {name: getattr(given, name) for name in ("title", "kind", "stage", "text", "reason", "legal_basis")}
    return {**data, "valid_from": given.valid_from.isoformat(), **changes}


@pytest.mark.django_db
def test_an_administrator_writes_changes_compares_and_archives(authorities: Authorities, cast: Cast) -> None:
    client = browser(cast.admin)
    created = client.post(
        reverse("text_block_new"), form(key="a-017", procedures=["VG"], proposed_when=["always", "overlay:flood_area"])
    )
    made = TextBlock.objects.get()
    assert created.headers["Location"] == reverse("text_block", args=[made.uuid])
    assert (made.key, newest(made).proposed_when) == ("A-017", ["always", "overlay:flood_area"])
    page = client.get(created.headers["Location"]).content.decode()
    assert "2 Auflage" in page  # of the code list nebenbestimmungart
    assert "Überschwemmungsgebiet" in page
    assert "ungeprüft" in page
    edit = reverse("text_block_edit", args=[made.uuid])
    assert "overlay:flood_area" in client.get(edit).content.decode()
    client.post(edit, form(text="Zwei Wochen vorher anzeigen.", based_on=1, note="Frist"))
    assert newest(made).number == 2
    compared = client.get(reverse("text_block_compare", args=[made.uuid])).content.decode()
    assert "Fassung 2 im Vergleich mit Fassung 1" in compared
    assert "<ins>" in compared
    archive = reverse("text_block_archive", args=[made.uuid])
    client.post(archive, follow=True)
    assert "A-017" not in client.get(reverse("text_blocks")).content.decode()
    assert client.post(archive).status_code == 409
    client.post(archive, {"zurueck": "1"})
    assert "A-017" in client.get(reverse("text_blocks")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": "Bis\n{{ fristt }}"}, "Zeile 2, Spalte 4"),
        ({"text": "x" * 10_000}, "5000"),
        ({"text": "Anzeigen 😀"}, "nicht drucken"),
        ({"text": "\u202egnubalrE"}, "unsichtbares Zeichen"),
        ({"valid_to": "2020-01-01"}, "vor dem ersten"),
        ({"valid_from": ""}, "erforderlich"),
        ({"kind": "wish"}, "keine gültige Auswahl"),
        ({"proposed_when": ["overlay:moon"]}, "keine gültige Auswahl"),
        ({"key": "A 1"}, "Schlüssel besteht aus"),
    ],
)
def test_what_is_wrong_in_a_form_is_said_and_nothing_is_saved(
    authorities: Authorities, cast: Cast, changes: dict[str, object], words: str
) -> None:
    response = browser(cast.admin).post(reverse("text_block_new"), {**form(key="A-001"), **changes})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not TextBlock.objects.exists()


@pytest.mark.django_db
def test_who_saves_second_keeps_what_was_typed_and_sees_what_was_saved(authorities: Authorities, cast: Cast) -> None:
    made = block(authorities["musterstadt"])
    save_block(block=made, by=None, content=content(text="Von jemand anderem."), based_on=1)
    edit = reverse("text_block_edit", args=[made.uuid])
    client = browser(cast.admin)
    response = client.post(edit, form(text="Mein Text.", based_on=1))
    page = response.content.decode()
    assert response.status_code == 409
    assert "Mein Text." in page
    assert "Von jemand anderem." in page
    assert 'name="based_on" value="2"' in page
    assert client.post(edit, form(text="Mein Text.", based_on=2)).status_code == 302


@pytest.mark.django_db
def test_markup_in_texts_is_shown_and_never_run(authorities: Authorities, cast: Cast) -> None:
    made = block(authorities["musterstadt"], title=HOSTILE, text=HOSTILE, reason=HOSTILE, legal_basis=HOSTILE)
    save_block(block=made, by=None, content=content(title=f"{HOSTILE} neu", text=HOSTILE * 2), based_on=1)
    client = browser(cast.admin)
    names = ("text_block", "text_block_edit", "text_block_compare")
    pages = [client.get(reverse(name, args=[made.uuid])) for name in names]
    pages += [client.get(reverse("text_blocks")), client.get(reverse("text_blocks"), {"suche": HOSTILE})]
    pages.append(client.post(reverse("text_block_preview"), {"text": f"{{{{ {HOSTILE} }}}}", "reason": HOSTILE}))
    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()
        assert "<b>„fett" not in page.content.decode()


@pytest.mark.django_db
def test_a_preview_names_mistakes_and_shows_sample_values(authorities: Authorities, cast: Cast) -> None:
    address = reverse("text_block_preview")
    page = browser(cast.admin).post(address, {"text": "Zu {{ aktenzeichen }}.", "reason": "{{ nichts }}"})
    assert "Zu 63-2026-00412." in page.content.decode()
    assert "Das Feld „nichts“ gibt es nicht." in page.content.decode()


@pytest.mark.django_db
def test_offers_cross_authorities_and_nothing_else_does(authorities: Authorities, cast: Cast) -> None:
    other = browser(cast.other_admin)
    made = block(authorities["musterstadt"], "A-001", text="Geteilt.")
    hidden = block(authorities["musterstadt"], "A-002", text="Nur für uns.")
    for name in ("text_block", "text_block_edit", "text_block_compare", "text_block_origin"):
        assert other.get(reverse(name, args=[made.uuid])).status_code == 404
    for name in ("text_block_archive", "text_block_offer"):
        assert other.post(reverse(name, args=[made.uuid]), {"fassung": "1"}).status_code == 404
    assert other.get(reverse("text_blocks"), {"behoerde": str(made.authority.uuid)}).status_code == 404
    browser(cast.admin).post(reverse("text_block_offer", args=[made.uuid]), {"fassung": "1"})
    library = other.get(reverse("text_block_library")).content.decode()
    assert "Geteilt." in library
    assert "Nur für uns." not in library
    assert other.get(reverse("text_block_adopt", args=[newest(hidden).uuid])).status_code == 404
    adopted = other.post(reverse("text_block_adopt", args=[newest(made).uuid]), {"key": "BL-7"})
    own = TextBlock.objects.get(authority=authorities["beispielland"])
    assert adopted.headers["Location"] == reverse("text_block", args=[own.uuid])


@pytest.mark.django_db
@pytest.mark.parametrize("verified", [True, False])
def test_who_looks_at_an_offer_sees_what_it_will_do(authorities: Authorities, cast: Cast, verified: bool) -> None:
    made = block(
        authorities["musterstadt"], text="Die {{ behoerde }} ist zu fragen.", reason="So will es {{ behoerde }}.",
        basis_verified=verified, procedures=["VG"], proposed_when=["always"], valid_to=dt.date(2027, 12, 31),
    )  # fmt: skip
    offer_version(version=newest(made), by=None)
    other = browser(cast.other_admin)
    library = other.get(reverse("text_block_library")).content.decode()
    page = other.get(reverse("text_block_adopt", args=[newest(made).uuid])).content.decode()
    for shown in (library, page):
        assert ("ungeprüft" in shown.partition("Die Rechtsgrundlage gilt bei Ihnen")[0]) != verified
        for words in ("Vereinfachtes Baugenehmigungsverfahren", "Bei jedem Antrag", "gilt bis 31.12.2027"):
            assert words in shown, words
    assert "Die Landkreis Beispielland ist" in page, "with the example of the one who reads"
    assert "So will es Landkreis Beispielland" in page
    assert "Stadt Musterstadt ist" not in page


@pytest.mark.django_db
def test_the_form_of_a_new_block_names_the_authority_in_correct_german(authorities: Authorities, cast: Cast) -> None:
    page = browser(cast.other_admin).get(reverse("text_block_new")).content.decode()
    assert "für alle Bescheide Ihrer Behörde (Landkreis Beispielland)." in page
    assert "der Landkreis" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(("act", "number"), [("take", 2), ("decline", 1)])
def test_news_of_the_origin_are_compared_and_decided(
    authorities: Authorities, cast: Cast, act: str, number: int
) -> None:
    origin = block(authorities["beispielland"], "BL-1")
    first = offer_version(version=newest(origin), by=None).version
    own = adopt_version(authority=authorities["musterstadt"], by=cast.admin, version=first, key="A-001")
    second = save_block(block=origin, by=None, content=content(text="Ganz neu."), based_on=1)
    offer_version(version=second, by=None)
    client = browser(cast.admin)
    address = reverse("text_block_origin", args=[own.uuid])
    assert address in client.get(reverse("text_blocks")).content.decode()
    assert "Ganz neu." in client.get(address).content.decode()
    assert client.post(address, {"act": act, "version": str(first.uuid), "based_on": "1"}).status_code == 409
    assert client.post(address, {"act": act, "version": str(second.uuid), "based_on": "1"}).status_code == 302
    assert newest(own).number == number
    assert address not in client.get(reverse("text_blocks")).content.decode()


@pytest.mark.django_db
def test_a_library_goes_out_and_in_as_a_file(authorities: Authorities, cast: Cast) -> None:
    block(authorities["musterstadt"])
    client = browser(cast.admin)
    exported = client.get(reverse("text_block_export"))
    assert exported.headers["Content-Disposition"].startswith('attachment; filename="textbausteine-musterstadt-')
    file = exported.content.decode()
    assert file == export_blocks(authority=authorities["musterstadt"], by=None)
    address = reverse("text_block_files")

    def send(text: str, **more: str) -> str:
        upload = SimpleUploadedFile("bausteine.toml", text.encode())
        return client.post(address, {"file": upload, **more}, follow=True).content.decode()

    assert "1 sind unverändert" in send(file, check_only="on")
    assert "Eingelesen: 1 neu, 0 geändert, 0 unverändert." in send(file.replace("A-001", "A-002"))
    assert "Baustein 1 („A-001“), art: Die Art „Wunsch“ gibt es nicht." in send(file.replace("Auflage", "Wunsch"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", [{"von": "x"}, {"von": "9" * 30}, {"von": "0", "bis": "-1"}, {"von": "٣"}, {"von": "7", "bis": "8"}]
)
def test_versions_that_do_not_exist_are_not_found(authorities: Authorities, cast: Cast, query: dict[str, str]) -> None:
    made = block(authorities["musterstadt"])
    address = reverse("text_block_compare", args=[made.uuid])
    assert browser(cast.admin).get(address, query).status_code in (200, 404)
    assert browser(cast.admin).get(reverse("text_block", args=[uuid4()])).status_code == 404


@pytest.mark.django_db
def test_more_blocks_and_versions_cost_no_more_queries(
    authorities: Authorities, cast: Cast, django_assert_max_num_queries: object
) -> None:
    authority, client, counts = authorities["musterstadt"], browser(cast.admin), []
    made = block(authority, "A-000")
    pages = (
        reverse("text_blocks"),
        f"{reverse('text_blocks')}?suche=anzeigen",
        reverse("text_block", args=[made.uuid]),
    )
    for number in range(1, 13):
        block(authority, f"A-{number:03}")
        save_block(block=made, by=cast.admin, content=content(title=f"Nr. {number}"), based_on=number)
        if number in (1, 12):
            with django_assert_max_num_queries(60) as queries:  # type: ignore[operator]
                for page in pages:
                    client.get(page)
            counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_five_thousand_blocks_are_searched_through_their_indexes(authorities: Authorities, cast: Cast) -> None:
    authority = authorities["musterstadt"]
    made = block(authority, "A-00000")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO permits_textblock (uuid, authority_id, key, created_at) SELECT gen_random_uuid(), %s, "
            "'A-' || lpad(n::text, 5, '0'), now() FROM generate_series(1, 5000) n", [authority.pk],
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO permits_textblockversion (uuid, block_id, number, title, kind, stage, text, reason, "
            "legal_basis, basis_verified, procedures, proposed_when, valid_from, note, sha256, written_at) "
            "SELECT gen_random_uuid(), id, 1, 'Baustein ' || md5(key), kind, stage, md5(key || 'x') || text, reason, "
            "legal_basis, false, '{}', '{}', valid_from, '', sha256, now() "
            "FROM (SELECT b.id, b.key, v.kind, v.stage, v.text, v.reason, v.legal_basis, v.valid_from, v.sha256 "
            "FROM permits_textblock b, permits_textblockversion v WHERE b.current_id IS NULL) rows"
        )
        cursor.execute(
            "UPDATE permits_textblock b SET current_id = v.id FROM permits_textblockversion v "
            "WHERE v.block_id = b.id AND b.current_id IS NULL"
        )
        # What autovacuum does: entries of an index that wait make it look dear.
        for index in ("text_block_version_search", "text_block_version_trigram", "text_block_key_trigram"):
            cursor.execute("SELECT gin_clean_pending_list(%s)", [index])
        cursor.execute("ANALYZE permits_textblock, permits_textblockversion")
        cursor.execute("SELECT title FROM permits_textblockversion WHERE block_id <> %s LIMIT 1", [made.pk])
        word = cursor.fetchone()[0].split()[1]
        found = block_page(authority, BlockQuery(text=word[:12])).blocks
        assert [row.current.title for row in found if row.current] == [f"Baustein {word}"]
        cursor.execute(
            "EXPLAIN SELECT id FROM permits_textblockversion WHERE search @@ to_tsquery('german', %s)", [word]
        )
        assert "text_block_version_search" in str(cursor.fetchall())
        cursor.execute("EXPLAIN SELECT id FROM permits_textblock WHERE UPPER(key) LIKE UPPER('%%A-00017%%')")
        assert "text_block_key_trigram" in str(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_told(authorities: Authorities, cast: Cast) -> None:
    made = block(authorities["musterstadt"])
    outcomes = at_once(
        *(
            lambda text=text: save_block(block=made, by=cast.admin, content=content(text=text), based_on=1)
            for text in "AB"
        )
    )
    assert sorted(outcomes) == ["StaleError", "done"]
    assert newest(made).number == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_same_key_at_once_one_is_told(authorities: Authorities, cast: Cast) -> None:
    authority = authorities["musterstadt"]
    outcomes = at_once(
        *(lambda: create_block(authority=authority, by=cast.admin, key="A-1", content=content()) for _ in range(2))
    )
    assert sorted(outcomes) == ["InvalidInputError", "done"]
    assert TextBlock.objects.count() == 1


def at_once(*acts: object) -> list[str]:
    """What came of acts that begin at the same moment: "done", or the name of the refusal."""
    barrier, outcomes = threading.Barrier(len(acts)), []

    def run(act: object) -> None:
        barrier.wait()
        try:
            act()  # type: ignore[operator]
            outcomes.append("done")
        except BauakteError as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
