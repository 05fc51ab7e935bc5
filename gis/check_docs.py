"""Write ``docs/checks.md`` and its drawings from the registry, the rule pack and the golden cases.

``python -m gis.check_docs`` writes them; a test compares what is there with what would be written.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gis.attributes import layer_schema
from gis.checks import CHECKS, Check, Verdict
from gis.checks.accuracy import ATTRIBUTE_NAMES
from gis.checks.accuracy import RULE as TOLERANCES
from gis.checks.golden import ON, GoldenCase, golden_cases, golden_never
from gis.drawing import draw_result
from gis.neighbours import RULE as NEIGHBOURS
from gis.rules import Rule, RulePack, load_rules
from gis.wording import number

DOCS = Path(__file__).resolve().parent.parent / "docs"
LAND = "ni"
_INTRO = """# Checks

Made by `python -m gis.check_docs` from the registry (`gis/checks`), the rule pack (`gis/rules/{land}.toml`) and the
golden cases (`gis/checks/golden`); do not edit. A check's result is described in
[check-result.schema.json](check-result.schema.json), how to add one in [howto/add-a-check.md](howto/add-a-check.md).

Die Prüfungen beraten, die Behörde entscheidet. Fehlt eine Eingabe oder eine Ebene, von der das Ergebnis abhängt, ist es
„nicht prüfbar“, nie „eingehalten“. Ebenen, die den Lageplan nur ergänzen, ersetzt eine Annahme, die am Ergebnis steht:
Ohne `buildings` gelten die vorhandenen Gebäude als vollständig eingezeichnet. Gezeigt ist der Rechtsstand vom {on}
({title}). **Ungeprüft** heißt: der Wert stammt aus dem Gedächtnis oder einer Zweitquelle und ist nicht mit dem
Gesetzestext verglichen; das steht auch an jedem Ergebnis.
"""
_PROTECTING: Mapping[bool | None, str] = {True: "ja", False: "nein", None: "nicht geklärt"}


def write(docs: Path = DOCS) -> None:
    """Write the page and its drawings; drawings that no check needs any more go."""
    folder = docs / "checks"
    folder.mkdir(exist_ok=True)
    files = drawings()
    for stale in {path.name for path in folder.glob("*.svg")} - set(files):
        (folder / stale).unlink()
    for name, svg in files.items():
        (folder / name).write_text(svg, "utf-8")
    (docs / "checks.md").write_text(page(), "utf-8")


def page() -> str:
    """Return the page in Markdown."""
    rules = load_rules(LAND, ON)
    intro = _INTRO.format(land=LAND, on=ON.strftime("%d.%m.%Y"), title=rules.title)
    rows = [
        f"| [{check.title}](#{check.id}) | `{check.id}` | {_basis(rules.rule(check.id))} | "
        f"{'Hinweis' if check.advice else 'Prüfung'} |"
        for check in CHECKS.values()
    ]
    table = "\n".join(["| Prüfung | Kennung | Rechtsgrundlage | Art |", "|---|---|---|---|", *rows])
    shared = [_shared("Messgenauigkeit", rules.rule(TOLERANCES)), _shared("Nachbarn", rules.rule(NEIGHBOURS))]
    return "\n\n".join([intro.rstrip(), table, *(_section(check, rules) for check in CHECKS.values()), *shared]) + "\n"


def drawings() -> dict[str, str]:
    """Return the drawings by file name."""
    return {
        _file(case): draw_result(case.plan, case.layers, case.run(LAND)).svg
        for check in CHECKS
        for case in _shown(check)
    }


def _shown(check: str) -> list[GoldenCase]:
    """One good case and one bad one; the hint of a check that nothing can fail."""
    cases = golden_cases(check)
    wanted = []
    for verdicts in ((Verdict.PASSED,), (Verdict.FAILED, Verdict.BORDERLINE)):
        found = [case for verdict in verdicts for case in cases if case.verdict is verdict]
        wanted += found[:1]
    return wanted


def _file(case: GoldenCase) -> str:
    return f"{case.check}-{case.verdict.value}.svg"


def _section(check: Check, rules: RulePack) -> str:
    rule = rules.rule(check.id)
    used, never = _used(check, rules), golden_never(check.id)
    layers = ", ".join(f"`{name}` ({layer_schema(name).title})" for name in check.layers)
    attributes = ", ".join(f"`{name}` ({ATTRIBUTE_NAMES[name]})" for name in check.attributes) or "keine"
    lines = [
        f'<a id="{check.id}"></a>',
        f"## {check.title}",
        "",
        f"`{check.id}`: {check.question}",
        "",
        f"* **Formel**: {check.formula}",
        f"* **Eingaben**: {check.inputs}",
        f"* **Ebenen**: {layers}",
        f"* **Angaben im Lageplan**: {attributes}",
        f"* **Einheit**: {check.unit or 'Verhältniszahl oder ohne Wert'}",
        f"* **Toleranz**: {_tolerance(check)}",
        f"* **Nachbarschützend**: {_PROTECTING[rule.neighbour_protecting]}",
        f"* **Ergebnisse**: {', '.join(check.label(verdict) for verdict in Verdict if verdict not in never)}",
        *(f"* **Nie „{check.label(verdict)}“**: {reason}" for verdict, reason in never.items()),
        "",
        *(line for entry in used for line in _rule(entry)),
        "| Musterfall | Ergebnis | Wert | Grenze | Rechnung von Hand |",
        "|---|---|---|---|---|",
        *(_case(case, check) for case in golden_cases(check.id)),
    ]
    for case in _shown(check.id):
        words = f"{check.title}: {check.label(case.verdict)}. {case.name}"
        lines += ["", f"![{words}](checks/{_file(case)})", "", f"*{case.name}.*"]
    return "\n".join(lines)


def _used(check: Check, rules: RulePack) -> list[Rule]:
    """The check's own rule and those that its golden cases used beside it."""
    names = [check.id]
    for case in golden_cases(check.id):
        if case.on == ON:
            names += [str(used["rule"]) for used in case.run(LAND).details["rules"]]
    return [rules.rule(name) for name in dict.fromkeys(names)]


def _rule(rule: Rule) -> list[str]:
    until = f" bis {rule.valid_to.strftime('%d.%m.%Y')}" if rule.valid_to else ""
    values = [f"`{name}` = {_value(value)}" for name, value in rule.values.items() if _is_plain(value)]
    long = {name: value for name, value in rule.values.items() if not _is_plain(value)}
    shown = "; ".join(values) or ("siehe Tabelle" if long else "keine Zahlenwerte")
    text = f"**Regel `{rule.id}`**: {_basis(rule)}, gilt ab {rule.valid_from.strftime('%d.%m.%Y')}{until}. "
    lines = [f"{text}Werte: {shown}. Quelle: {rule.source}.", ""]
    for name, value in long.items():
        lines += [*_table(name, value), ""]
    return lines


def _table(name: str, value: Any) -> list[str]:
    """A nested table of a rule: a list of entries, or entries by name, as rows under the columns of all."""
    entries = value if isinstance(value, list) else [
        {name: key, **(entry if isinstance(entry, Mapping) else {"values": entry})} for key, entry in value.items()
    ]  # fmt: skip
    columns = list(dict.fromkeys(column for entry in entries for column in entry))
    rows = [" | ".join(_value(entry.get(column, "")) for column in columns) for entry in entries]
    heads = " | ".join(f"`{column}`" for column in columns)
    return [f"| {heads} |", f"|{'---|' * len(columns)}", *(f"| {row} |" for row in rows)]


def _shared(title: str, rule: Rule) -> str:
    return "\n".join([f"## {title}", "", *_rule(rule)]).rstrip()


def _basis(rule: Rule) -> str:
    return rule.legal_basis if rule.verified else f"{rule.legal_basis} (**ungeprüft**)"


def _is_plain(value: Any) -> bool:
    nested = value if isinstance(value, list) else [value]
    return not any(isinstance(item, Mapping) for item in nested)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_value(item)}" for name, item in value.items())
    if isinstance(value, list):
        return ("; " if any(isinstance(item, float) for item in value) else ", ").join(_value(item) for item in value)
    return f"{value:g}".replace(".", ",") if isinstance(value, float) else str(value)


def _tolerance(check: Check) -> str:
    if check.unit == "" and not any(case.expected for case in golden_cases(check.id)):
        return "keine, die Prüfung hat keinen Zahlenwert"
    if check.unit == "":
        return "ungerundet verglichen; näher als `ratio` an der Grenze ist ein Grenzfall, siehe „Messgenauigkeit“"
    if check.unit in {"m", "m²"}:
        return "nach der Erfassung der Umrisse (Vektordaten, Maßzahlen, vom Blatt), siehe „Messgenauigkeit“"
    return "keine, es wird gezählt"


def _case(case: GoldenCase, check: Check) -> str:
    digits = 2 if check.unit in {"m", "m²", ""} else 0
    value, limit = (
        "–" if figure is None else f"{number(figure, digits)} {check.unit}".strip()
        for figure in (case.expected.get("value"), case.expected.get("limit"))
    )
    by_hand = case.by_hand.replace("|", "\\|") or "–"
    return f"| {case.name} | {check.label(case.verdict)} | {value} | {limit} | {by_hand} |"


if __name__ == "__main__":
    write()
