"""The register of issued papers: gapless, append-only, one entry per act."""

import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from permits import legal_time
from permits.models import IssuedDocument, PermitCase, RegisterAct, RegisterCounter, RegisterEntry
from permits.services.documents_out import PreparedDocument, new_code
from permits.services.issuing import NumberTakenError, issue_document
from permits.services.register import context_digest
from reports.pdf import RenderedDocument
from tests.cast import Cast
from tests.workflows.village import issue, to_signed

pytestmark = pytest.mark.django_db


def letter(paper: RenderedDocument, subject: str, number: str, kind: str = "receipt") -> PreparedDocument:
    """A finished letter, ready to be stored."""
    return PreparedDocument(
        kind=kind,
        subject=subject,
        number=number,
        code=new_code(),
        title="Eingangsbestätigung",
        issued_at=legal_time.now(),
        rendered=paper,
        sealed=None,
    )


def test_an_issued_notice_is_entered_with_what_proves_it(
    application: PermitCase, cast: Cast, paper: RenderedDocument
) -> None:
    to_signed(application, cast)
    document = issue(application, paper)
    entry = RegisterEntry.objects.get(document=document)
    assert (entry.number, entry.act, entry.case, entry.kind) == (1, "issued", application, "permit_notice")
    assert (entry.sha256, entry.unsealed_sha256) == (document.sha256, paper.pdf_sha256)
    assert entry.context_sha256 == context_digest(paper.context)
    assert entry.template_version == paper.template_version
    assert entry.renderer_versions == paper.renderer_versions
    assert (entry.by, entry.signed_by) == (cast.officer, cast.reviewer)


def test_text_blocks_and_letter_parts_of_a_paper_are_entered_once_each(
    application: PermitCase, cast: Cast, paper: RenderedDocument
) -> None:
    to_signed(application, cast)
    block = {"key": "A-017", "version": 3, "sha256": "ab" * 32}
    context = dict(paper.context) | {
        "conditions": [{"text": "Eins.", "text_block": block}, {"text": "Zwei.", "text_block": dict(block)}],
        "notes": [{"text": "Drei.", "text_block": None}],
        "letter_parts": [{"place": "closing", "paragraphs": ["Gruß."], "key": "gruss", "version": 2}],
    }
    prepared = letter(RenderedDocument(**{**vars(paper), "context": context}), "eins", "X-E1")
    entry = issue_document(case=application, prepared=prepared).register_entry
    assert entry.text_blocks == [block]
    assert entry.letter_parts == [{"place": "closing", "key": "gruss", "version": 2}]


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gaps_even_where_issuing_fails_or_many_issue_at_once(
    application: PermitCase, cast: Cast, paper: RenderedDocument
) -> None:
    to_signed(application, cast)

    def fail_after_entering() -> None:
        with transaction.atomic():
            issue_document(case=application, prepared=letter(paper, "rolled back", "X-E0"))
            raise RuntimeError("after it was entered")

    with pytest.raises(RuntimeError, match="after it was entered"):
        fail_after_entering()

    def work(place: int) -> None:
        try:
            issue_document(case=application, prepared=letter(paper, f"act {place}", f"X-E{place}"))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    numbers = RegisterEntry.objects.filter(authority=application.authority).values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, 9))
    assert RegisterCounter.objects.get(authority=application.authority).last == 8


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_finish_at_once_issue_one_paper(
    application: PermitCase, cast: Cast, paper: RenderedDocument
) -> None:
    to_signed(application, cast)
    start = threading.Barrier(2)
    found: list[int] = []

    def work() -> None:
        try:
            prepared = letter(paper, "the same act", "X-E1")
            start.wait(30)
            found.append(issue_document(case=application, prepared=prepared).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(set(found)) == 1
    assert len(found) == 2
    assert RegisterEntry.objects.count() == IssuedDocument.objects.count() == 1


def test_a_number_that_is_taken_is_refused_and_leaves_nothing(
    application: PermitCase, cast: Cast, paper: RenderedDocument
) -> None:
    to_signed(application, cast)
    issue_document(case=application, prepared=letter(paper, "first", "X-E1"))
    with pytest.raises(NumberTakenError, match=r"Die Nummer X-E1 ist bereits vergeben\. Es wurde nichts ausgefertigt"):
        issue_document(case=application, prepared=letter(paper, "second", "X-E1"))
    assert IssuedDocument.objects.count() == RegisterEntry.objects.count() == 1
    assert RegisterCounter.objects.get().last == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE permits_registerentry SET reason = 'anders'",
        "DELETE FROM permits_registerentry",
        "TRUNCATE permits_registerentry CASCADE",
        "DELETE FROM permits_registercounter",
    ],
)
def test_the_database_refuses_to_change_the_register(
    statement: str, application: PermitCase, cast: Cast, paper: RenderedDocument
) -> None:
    to_signed(application, cast)
    issue(application, paper)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)


def test_a_revocation_names_what_it_revokes_and_why(
    application: PermitCase, cast: Cast, paper: RenderedDocument
) -> None:
    to_signed(application, cast)
    origin = issue(application, paper).register_entry
    values = {"authority": origin.authority, "case": origin.case, "entered_at": legal_time.now(), "act": "revoked"}
    shown = {"kind": origin.kind, "document_number": origin.document_number, "title": origin.title}
    reason = {"legal_basis": "§ 49 VwVfG", "reason": "Auflage nicht erfüllt."}
    refers = {"origin": origin, "former": origin}
    for facts in (reason, refers):
        with pytest.raises(IntegrityError), transaction.atomic():
            RegisterEntry.objects.create(number=2, **values, **shown, **facts)
    RegisterEntry.objects.create(number=2, **values, **shown, **refers, **reason)
    # Of two acts that follow the same entry, one is refused.
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisterEntry.objects.create(number=3, **values, **shown, **refers, **reason)


@pytest.mark.django_db(transaction=True)
def test_papers_from_before_the_register_are_entered_in_the_order_of_issuing(
    application: PermitCase, cast: Cast, paper: RenderedDocument
) -> None:
    to_signed(application, cast)
    issue_document(case=application, prepared=letter(paper, "letter", "X-E1"))
    notice = issue(application, paper)
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()
    try:
        with connection.cursor() as cursor:
            executor.migrate([("permits", "0009_register")])
            cursor.execute("TRUNCATE permits_registerentry, permits_registercounter")
            cursor.execute(
                "INSERT INTO permits_noticerevocation (document_id, revoked_at, reason) VALUES (%s, now(), 'Versehen')",
                [notice.pk],
            )
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(newest)
    rows = RegisterEntry.objects.values_list("number", "act", "document_number", "former__number", "document")
    assert list(rows) == [
        (1, "issued", "X-E1", None, IssuedDocument.objects.get(number="X-E1").pk),
        (2, "issued", notice.number, None, notice.pk),
        (3, "revoked", notice.number, 2, None),
    ]
    revoked = RegisterEntry.objects.get(act=RegisterAct.REVOKED)
    assert revoked.reason == "Versehen"
    assert RegisterEntry.objects.get(document=notice).context_sha256 == context_digest(notice.context)
    assert RegisterCounter.objects.get().last == 3
