"""The letter language: what a text may say, how mistakes are told, and that nothing else can be reached."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.letter_language import FIELDS, Field, LanguageError, check, fill, sample_values
from permits.letter_language.limits import MAX_OUTPUT, MAX_TEXT
from permits.letter_language.markup import normalised

VALUES = sample_values()


def places(text: str) -> list[tuple[int, int]]:
    return [(error.line, error.column) for error in check(text, fields=FIELDS)]


def test_fields_are_replaced_by_their_values() -> None:
    assert fill("Zu {{ aktenzeichen }}:", values={"aktenzeichen": "63-2026-1"}) == "Zu 63-2026-1:"


def test_every_field_has_a_sample_a_label_and_a_description_and_can_be_used() -> None:
    for name, field in FIELDS.items():
        assert field.name == name
        assert field.label
        assert field.description
        assert fill(f"{{% if {name} %}}{{{{ {name} }}}}{{% endif %}}", values=VALUES) == field.sample


def test_a_condition_follows_whether_a_field_has_a_value() -> None:
    text = "{% if frist %}bis {{ frist }}{% else %}bald{% endif %}"
    assert check(text, fields=FIELDS) == []
    assert fill(text, values={"frist": "15. Januar 2027"}) == "bis 15. Januar 2027"
    assert fill(text, values={"frist": "  "}) == "bald"
    assert fill(text, values={}) == "bald"


def test_unless_elsif_and_comparisons_work() -> None:
    text = "{% unless frist %}ohne{% else %}{{ frist }}{% endunless %} "
    text += '{% if verfahren == "A" %}a{% elsif frist %}b{% endif %}'
    assert check(text, fields=FIELDS) == []
    assert fill(text, values={"verfahren": "A"}) == "ohne a"
    assert fill(text, values={"verfahren": "B", "frist": "morgen"}) == "morgen b"


def test_a_field_that_may_be_empty_has_to_say_what_then_holds() -> None:
    assert places("bis {{ frist }}") == [(1, 8)]
    assert places('bis {{ frist | default: "auf Weiteres" }}') == []
    assert places("{% if frist or flurstuecke %}{{ frist }}{% endif %}") == [(1, 33)]
    assert places("{% if frist and flurstuecke %}{{ frist }}{% endif %}") == []
    assert places("{% unless frist %}{{ frist }}{% endunless %}") == [(1, 22)]
    assert places('{% if frist != "x" %}{{ frist }}{% endif %}') == [(1, 25)]


def test_a_missing_value_is_refused_at_its_place_when_filling() -> None:
    with pytest.raises(LanguageError, match="Für „aktenzeichen“ gibt es in diesem Vorgang keine Angabe") as caught:
        fill("Guten Tag,\n  {{ aktenzeichen }}", values={"aktenzeichen": ""})
    assert (caught.value.line, caught.value.column) == (2, 3)


def test_all_mistakes_of_structure_are_told_at_once_with_line_and_column() -> None:
    text = "{% for x in y %}\r\n{{ aktenzeichen\r\n}} }}\r\n{% if frist %}"
    assert places(text) == [(3, 4)], "brackets first: what stands between them is not known yet"
    assert places("{% for x in y %}\n{{ aktenzeichn }}\n{% endfor %}") == [(1, 1), (2, 4), (3, 1)]
    assert places("{% for x in y %}\n\n  {% if frist %}\n{% endunless %} {% else %}") == [(1, 1), (4, 1), (4, 17)]


@pytest.mark.parametrize(
    "text",
    [
        *("{{ now }}", "{{ today }}", "{{ self }}", "{{ forloop.index }}", "{{ __class__ }}", "{{ request.user }}"),
        *("{{ aktenzeichen.size }}", "{{ aktenzeichen.first }}", "{{ aktenzeichen.last }}", "{{ aktenzeichen[0] }}"),
        *("{{ aktenzeichen.__class__ }}", "{{ aktenzeichen['__class__'] }}", "{{ aktenzeichen.upper }}"),
        *("{{ ['aktenzeichen'] }}", "{{ [aktenzeichen] }}", "{{ aktenzeichen[frist] }}", "{{ 'x'.size }}"),
        *("{{ aktenzeichen | append: 'x' }}", "{{ aktenzeichen | size }}", "{{ aktenzeichen | date: '%s' }}"),
        *("{{ aktenzeichen | safe }}", "{{ aktenzeichen | times: 99999999 }}", "{{ aktenzeichen | map: '__class__' }}"),
        *("{% include 'x' %}", "{% render 'x' %}", "{% extends 'x' %}", "{% block x %}{% endblock %}"),
        *("{% assign x = aktenzeichen %}", "{% capture x %}a{% endcapture %}", "{% increment x %}", "{% cycle 1, 2 %}"),
        *("{% for x in aktenzeichen %}{% endfor %}", "{% tablerow x in (1..9) %}{% endtablerow %}"),
        *("{% raw %}{{ x }}{% endraw %}", "{% comment %}x{% endcomment %}", "{% # x %}", "{% doc %}x{% enddoc %}"),
        *("{% liquid\n assign x = 1 %}", "{% echo aktenzeichen %}", "{% case x %}{% endcase %}", "{% ifchanged %}"),
        *("{{ (1..99999999999) }}", "{% if (1..9) contains 1 %}x{% endif %}", "{% if 9e999999999 > 1 %}x{% endif %}"),
        *("{{ 1 }}", "{{ nil }}", "{{ true }}", "{{ empty }}", "{{ 'text' }}", "{% if true %}x{% endif %}"),
        *("{{ aktenzeichen if frist }}", "{% if not frist %}x{% endif %}", "{% if (frist) %}x{% endif %}"),
        *("{{ аktenzeichen }}", "{{ aktenzeichen\u200b }}", "{{ ａktenzeichen }}", "{\u202e{ aktenzeichen }}", "\x00"),
        *("{{", "}}", "{%", "%}", "{{}}", "{%%}", "{{ {{ aktenzeichen }} }}", "{{ aktenzeichen }",
          "{% if %}x{% endif %}"),
        *("{% endif %}", "{% else %}", "{% if frist %}{% else %}{% else %}{% endif %}",
          "{% if frist %}{% endunless %}"),
        *("{% elsif frist %}", "{% if frist %}{% else frist %}{% endif %}",
          "{% unless frist %}{% elsif frist %}{% endunless %}"),
        *('{{ frist | default }}', '{{ frist | default: "" }}', '{{ frist | default: "a", "b" }}',
          "{{ frist | upcase: 1 }}"),
        *('{{ frist | default: allow_false: "x" }}', "{{ frist | default: aktenzeichen }}",
          '{% if "a" == frist %}x{% endif %}'),
    ],
)  # fmt: skip
def test_nothing_beyond_the_declared_fields_can_be_said(text: str) -> None:
    errors = check(text, fields=FIELDS)
    assert errors
    assert all(error.line >= 1 and error.column >= 1 and error.message[-1] in ".?" for error in errors)


@pytest.mark.parametrize("text", ["{{ now }}", "{{ today }}", "{{ self }}", "{{ size }}", "{{ locals }}"])
def test_filling_reaches_nothing_of_the_library_even_unchecked(text: str) -> None:
    with pytest.raises(LanguageError):
        fill(text, values=VALUES)


def test_names_of_the_library_count_as_absent() -> None:
    assert fill("{% if now %}ja{% else %}nein{% endif %}", values=VALUES) == "nein"


def test_values_are_text_and_never_markup() -> None:
    hostile = "<script>{{ frist }}{% include 'x' %}</script>"
    assert fill("{{ bauvorhaben }}", values={**VALUES, "bauvorhaben": hostile}) == hostile


def test_a_value_that_is_no_plain_text_is_refused() -> None:
    class Sly(str):
        __slots__ = ()

    for value in (1, ["a"], {"a": "b"}, Sly("a"), None):
        with pytest.raises(TypeError):
            fill("{{ a }}", values={"a": value})  # type: ignore[dict-item]


def test_sizes_are_limited() -> None:
    assert places("x" * (MAX_TEXT + 1)) == [(1, MAX_TEXT + 1)]
    assert len(check("{{ datum }}" * 501, fields=FIELDS)) == 1
    assert check("{{ datum }}" * 500, fields=FIELDS) == []
    assert places("{{ " + " " * 400 + "datum") == [(1, 1)]
    assert places("{% if frist %}" * 6 + "{% endif %}" * 6) == [(1, 71)]
    with pytest.raises(LanguageError, match="länger als"):
        fill("{{ datum }}" * 500, values={"datum": "x" * (MAX_OUTPUT // 400)})


@pytest.mark.parametrize(
    "text",
    ["{{" * 10_000, "{{ " * 6_666, "{%" * 10_000, "{{" + " " * 19_990, "{% raw %}" * 2_222, "{% if a %}" * 2_000,
     "{% if " + "a and " * 3_000 + "a %}", "{{ a" + " | upcase" * 2_000 + " }}", "{{ a" + "[a" * 9_000, "}}" * 10_000],
)  # fmt: skip
def test_hostile_texts_are_refused_before_the_library_sees_them(text: str) -> None:
    assert check(text, fields=FIELDS)
    with pytest.raises(LanguageError):
        fill(text, values=VALUES)


def test_fields_of_their_own_can_be_declared() -> None:
    own = {"abstand": Field("abstand", "Abstand", "Abstand zur Grenze", "3,00 m")}
    assert check("{{ abstand }}", fields=own) == []
    assert check("{{ aktenzeichen }}", fields=own)
    assert fill("{{ abstand }}", values={"abstand": "2,50 m"}) == "2,50 m"


def test_a_misspelt_field_is_answered_with_the_nearest_one() -> None:
    (error,) = check("{{ aktenzeichn }}", fields=FIELDS)
    assert "Meinen Sie „aktenzeichen“?" in error.message


@pytest.mark.parametrize(
    "character",
    ["\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u061c", "\u2028", "\u2029", "\u202e", "\u2060", "\u2066",
     "\u206f", "\ufeff", "\ufffb", "\U000e0041", "\x85"],
)  # fmt: skip
def test_what_nobody_can_see_is_refused_at_its_place(character: str) -> None:
    (error,) = check(f"Guten Tag,\nzu{character}m {{{{ datum }}}}", fields=FIELDS)
    assert (error.line, error.column) == (2, 3)
    assert error.message == f"Hier steht ein unsichtbares Zeichen (U+{ord(character):04X}). Bitte löschen Sie es."


def test_special_characters_that_are_seen_or_part_words_are_kept() -> None:
    text = "§\u00a05, „a“ – b\u202fm² … Bau\u00adantrag\t× €"
    assert check(text, fields=FIELDS) == []
    assert fill(text, values={}) == text


@pytest.mark.parametrize(
    ("text", "without", "filled"),
    [
        ('{{ frist | upcase | default: "Tag" }}', "Tag", "MORGEN"),
        ('{{ frist | default: "Tag" | upcase }}', "TAG", "MORGEN"),
        ('{{ frist | upcase | upcase | default: "Tag" | upcase }}', "TAG", "MORGEN"),
        ('{{ frist | upcase | default: "Tag" | default: "x" }}', "Tag", "MORGEN"),
        ("{% if frist %}{{ frist | upcase }}{% endif %}", "", "MORGEN"),
    ],
)
def test_capitals_of_an_absent_value_leave_it_to_the_default(text: str, without: str, filled: str) -> None:
    assert check(text, fields=FIELDS) == []
    assert [fill(text, values=values) for values in ({}, {"frist": " "}, {"frist": "morgen"})] == [
        without, without, filled,
    ]  # fmt: skip


def test_a_missing_value_in_capitals_is_refused_at_its_place_when_filling() -> None:
    with pytest.raises(LanguageError, match="Für „aktenzeichen“ gibt es in diesem Vorgang keine Angabe") as caught:
        fill("Guten Tag,\n  {{ aktenzeichen | upcase }}", values={})
    assert (caught.value.line, caught.value.column) == (2, 3)


FILTERS = st.lists(st.sampled_from(["| upcase", '| default: "x"', "| default: 'y z'"]), max_size=4).map(" ".join)
NAMES = st.sampled_from(["frist", "flurstuecke", "aktenzeichen"])
OUTPUTS = st.builds("{{{{ {} {} }}}}".format, NAMES, FILTERS)
SIMPLE = st.one_of(
    NAMES,
    st.builds("{} {} {}".format, NAMES, st.sampled_from(["==", "!="]), st.sampled_from(['"x"', '""', '" "'])),
)
CONDITIONS = st.lists(SIMPLE, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from([" and ", " or "]).map(lambda word: word.join(parts))
)
TEXTS = st.recursive(
    OUTPUTS | st.just("Text "),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map("".join),
        st.builds("{{% if {} %}}{}{{% elsif {} %}}{}{{% else %}}{}{{% endif %}}".format, CONDITIONS, inner,
                  CONDITIONS, inner, inner),
        st.builds("{{% unless {} %}}{}{{% else %}}{}{{% endunless %}}".format, CONDITIONS, inner, inner),
    ),
    max_leaves=6,
)  # fmt: skip


@given(TEXTS, st.sets(st.sampled_from(["frist", "flurstuecke"])))
def test_whatever_is_accepted_fills_for_every_case(text: str, present: set[str]) -> None:
    values = {name: VALUES[name] if field.always or name in present else "" for name, field in FIELDS.items()}
    if not check(text, fields=FIELDS):
        assert "{" not in fill(text, values=values)


MARKUP = st.sampled_from(
    ["{{", "}}", "{%", "%}", "if", "endif", "unless", "else", "elsif", "frist", "aktenzeichen", "|", "default",
     ":", '"', "'", "x", " ", "\n", ".", "[", "]", "(", ")", "..", "1", "e9", "-", "==", "and", "or", "raw", "#",
     "ä", "\u2028", "\ud800", "upcase"]
)  # fmt: skip


@given(st.lists(MARKUP, max_size=40).map("".join))
def test_any_text_is_either_fillable_or_refused_in_german(text: str) -> None:
    errors = check(text, fields=FIELDS)
    assert all(isinstance(error, LanguageError) for error in errors)
    if not errors:
        assert isinstance(fill(text, values=VALUES), str)
        assert isinstance(fill(text, values={name: VALUES[name] for name in VALUES if FIELDS[name].always}), str)


@given(st.text(max_size=200), st.text(max_size=200))
def test_text_without_brackets_comes_out_as_it_went_in(before: str, value: str) -> None:
    plain = before.replace("{", "").replace("}", "").replace("%", "")
    text = plain + "{{ aktenzeichen }}"
    if not check(text, fields=FIELDS) and value.strip():
        # Line ends become those of the language, in texts and in values.
        expected = normalised(plain) + normalised(value)
        assert fill(text, values={"aktenzeichen": value}) == expected
