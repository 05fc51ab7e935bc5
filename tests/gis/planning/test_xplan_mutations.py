"""Whatever one place of a plan file is changed to, it ends in a reading or a German refusal."""

import re
from pathlib import Path

import pytest

from gis.readers.source import SourceError
from gis.readers.xplan import read_binding_plans
from tests.gis.planning.xplan_files import SRS, X, Y, box, document, line, part, plan, point, polygon, thing, zone

_ARC = (
    f'<gml:Curve srsName="{SRS}"><gml:segments><gml:Arc><gml:posList srsDimension="2">'
    f"{X} {Y} {X + 5} {Y + 5} {X + 10} {Y}</gml:posList></gml:Arc></gml:segments></gml:Curve>"
)
_HEIGHT = (
    "<xplan:hoehenangabe><xplan:XP_Hoehenangabe><xplan:bezugspunkt>1000</xplan:bezugspunkt>"
    '<xplan:h uom="m">12.5</xplan:h></xplan:XP_Hoehenangabe></xplan:hoehenangabe>'
)
_TEXT = '<xplan:BP_TextAbschnitt gml:id="T"><xplan:text>Ein Text.</xplan:text></xplan:BP_TextAbschnitt>'
_WHOLE = document(
    plan(body=plan().partition("</xplan:raeumlicherGeltungsbereich>")[2].partition("<xplan:bereich")[0]),
    part(body="<xplan:bedeutung>1600</xplan:bedeutung>", geometry=polygon(box(0, 0, 100, 100))),
    zone("Z", box(0, 0, 100, 100), f'<xplan:GRZ>0.4</xplan:GRZ><xplan:refTextInhalt xlink:href="#T"/>{_HEIGHT}'),
    thing("BP_BauLinie", "A", _ARC),
    thing("BP_BauGrenze", "L", line([(1, 1), (9, 1)])),
    thing("BP_HoehenMass", "M", point(5, 5)),
    thing("XP_PPO", "D", point(5, 5), '<xplan:dientZurDarstellungVon xlink:href="#Z"/>'),
    _TEXT,
)
_PLACES = {
    "attribute": (r'(?:srsName|srsDimension|uom|gml:id|xlink:href)="([^"]*)"', ["", "x y", "EPSG:4978"]),
    "number": (r"(?<![\w\"/:.])(\d+\.\d+)", ["", "NaN", "1e999", "<a/>"]),
    "leaf": (r"<xplan:\w+>([^<>]+)</xplan:\w+>", ["", "-1", "true", "<xplan:a><xplan:b>1</xplan:b></xplan:a>"]),
    "name": (r"<((?:xplan|gml):\w+)[ >]", ["gml:Ring", "gml:posList", "xplan:position", "xplan:BP_Plan"]),
}


def _mutations(pattern: str, replacements: list[str]) -> list[str]:
    changed = []
    for match in re.finditer(pattern, _WHOLE):
        old = match[1]
        for new in replacements:
            if pattern == _PLACES["name"][0]:
                changed.append(re.sub(rf"(</?){re.escape(old)}(?=[\s>/])", rf"\g<1>{new}", _WHOLE))
            else:
                changed.append(_WHOLE[: match.start(1)] + new + _WHOLE[match.end(1) :])
    return changed


@pytest.mark.parametrize("what", list(_PLACES))
def test_one_change_ends_in_a_reading_or_a_refusal(tmp_path: Path, what: str) -> None:
    path = tmp_path / "plan.gml"
    mutations = sorted(set(_mutations(*_PLACES[what])))
    assert len(mutations) > 50
    messages: list[str] = []
    read = 0
    for text in mutations:
        path.write_text(text, encoding="utf-8")
        try:
            readings = read_binding_plans(path)
        except SourceError as refused:
            messages.append(str(refused))
        else:
            read += 1
            messages += [problem.message for reading in readings for problem in reading.problems]
    assert read > 10
    assert [message for message in messages if not message.endswith((".", "?"))] == []


def test_the_unchanged_file_is_right(tmp_path: Path) -> None:
    path = tmp_path / "plan.gml"
    path.write_text(_WHOLE, encoding="utf-8")
    (reading,) = read_binding_plans(path)
    assert reading.problems == ()
