"""The HTML of every document kind, compared with what was looked at and found good."""

from __future__ import annotations

from pathlib import Path

import pytest

import reports.contexts
from reports.html import TEMPLATES
from reports.pdf import RenderedDocument
from reports.registry import KINDS, document_kind
from reports.samples import SAMPLES

GOLDEN = Path(__file__).with_name("golden")
FAILURES = Path(__file__).resolve().parents[2] / "test-failures"


@pytest.mark.parametrize("name", SAMPLES)
def test_html_is_the_golden_html(name: str, rendered: dict[str, RenderedDocument]) -> None:
    golden = GOLDEN / f"{name}.html"
    actual = rendered[name].html
    if not golden.exists() or golden.read_text(encoding="utf-8") != actual:
        FAILURES.mkdir(exist_ok=True)
        (FAILURES / golden.name).write_text(actual, encoding="utf-8")
        pytest.fail(f"{name} differs: compare {FAILURES / golden.name} with {golden}, copy it there if it is right")


def test_every_kind_has_a_template_and_a_sample() -> None:
    sampled = {type(sample) for sample in SAMPLES.values()}
    for kind in KINDS.values():
        assert (TEMPLATES / kind.template).is_file(), kind.id
        assert kind.context in sampled, kind.id
        assert kind.context.__doc__, kind.id


def test_a_kind_cannot_be_registered_twice() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        document_kind("receipt", title="Zweite Eingangsbestätigung", version="1")(reports.contexts.Receipt)


def test_no_text_is_left_out_of_the_notice(rendered: dict[str, RenderedDocument]) -> None:
    html = rendered["permit_notice"].html.replace("\u00a0", " ")
    sample = SAMPLES["permit_notice"]
    assert isinstance(sample, reports.contexts.PermitNotice)
    for condition in sample.conditions:
        assert condition.text.split("\n")[0] in html
    for document in sample.approved_documents:
        assert document.sha256 in html
    assert sample.summary is not None
    said = (sample.summary.decided, *sample.summary.to_do, *sample.summary.until, sample.summary.ask)
    for paragraph in (*sample.legal_remedy, *sample.operative, *said):
        assert paragraph in html
