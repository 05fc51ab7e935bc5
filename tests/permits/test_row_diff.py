"""Two versions of a decision are compared entry by entry: what was set in, what was taken out, what reads otherwise."""

from permits.selectors.row_diff import ChangedRow, Row, row_diff

DUST = Row("Auflage", "Staub ist durch Befeuchten zu binden.")
NOTICE = Row("Auflage", "Der Beginn der Bauarbeiten ist der Bauaufsicht eine Woche vorher anzuzeigen.")
FINDS = Row("Hinweis", "Bodenfunde sind zu melden.")


def told(rows: list[ChangedRow]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(row.head, [(piece.kind, piece.text) for piece in row.pieces]) for row in rows]


def test_equal_lists_show_no_change() -> None:
    rows = row_diff([DUST, NOTICE], [DUST, NOTICE])
    assert [row.changed for row in rows] == [False, False]
    assert told(rows) == [("Auflage", [("same", DUST.text)]), ("Auflage", [("same", NOTICE.text)])]


def test_an_entry_set_in_between_leaves_the_others_unchanged() -> None:
    rows = row_diff([DUST, FINDS], [DUST, NOTICE, FINDS])
    assert told(rows)[1] == ("Auflage", [("added", NOTICE.text)])
    assert [row.changed for row in rows] == [False, True, False]


def test_an_entry_taken_out_is_shown_where_it_stood() -> None:
    assert told(row_diff([DUST, NOTICE, FINDS], [DUST, FINDS]))[1] == ("Auflage", [("removed", NOTICE.text)])


def test_a_changed_word_is_marked_within_its_entry() -> None:
    later = Row("Auflage", NOTICE.text.replace("eine Woche", "zwei Wochen"))
    (row,) = row_diff([NOTICE], [later])
    assert [(piece.kind, piece.text.strip()) for piece in row.pieces if piece.kind != "same"] == [
        ("removed", "eine Woche"),
        ("added", "zwei Wochen"),
    ]


def test_entries_that_share_hardly_a_word_are_not_mixed() -> None:
    assert told(row_diff([DUST], [NOTICE])) == [
        ("Auflage", [("removed", DUST.text)]),
        ("Auflage", [("added", NOTICE.text)]),
    ]


def test_other_headings_are_never_compared_with_each_other() -> None:
    assert told(row_diff([FINDS], [Row("Auflage", FINDS.text)])) == [
        ("Hinweis", [("removed", FINDS.text)]),
        ("Auflage", [("added", FINDS.text)]),
    ]
