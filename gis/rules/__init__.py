"""Legal values for checks: dated, cited data, one TOML file per Land. No number of law is in code.

A pack is a list of rules; each has ``id``, ``valid_from``, optionally ``valid_to`` (last day in force), ``legal_basis``
(as printed), ``source`` (where the value was read), ``verified`` (False: from memory or from a secondary source; shown
to officers as unverified), optionally ``neighbour_protecting`` (whether neighbours can rely on the rule; left out where
that is not settled) and a table ``values``.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

_FOLDER = Path(__file__).parent


class RulePackError(Exception):
    """A rule pack cannot be read or has no such rule; the message is a German sentence."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One dated rule of a Land with its values."""

    id: str
    valid_from: date
    valid_to: date | None
    legal_basis: str
    source: str
    verified: bool
    values: Mapping[str, Any]
    neighbour_protecting: bool | None = None

    def citation(self) -> dict[str, Any]:
        """What a check result records about the rule it used."""
        return {
            "rule": self.id,
            "legal_basis": self.legal_basis,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "source": self.source,
            "verified": self.verified,
            "neighbour_protecting": self.neighbour_protecting,
        }


@dataclass(frozen=True, slots=True)
class RulePack:
    """The rules of one Land in force on one day. ``version`` is the SHA-256 of the file."""

    land: str
    title: str
    on: date
    version: str
    rules: Mapping[str, Rule]

    def rule(self, rule_id: str) -> Rule:
        """Return the rule in force; raise :class:`RulePackError` where none is."""
        try:
            return self.rules[rule_id]
        except KeyError:
            day = self.on.strftime("%d.%m.%Y")
            raise RulePackError(
                f"Für den Stichtag {day} enthält das Regelwerk „{self.title}“ keine Werte zu „{rule_id}“."
            ) from None


def available_lands() -> tuple[str, ...]:
    """Keys of the packs that come with the product."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def load_rules(land: str, on: date, *, path: Path | None = None) -> RulePack:
    """Read the rules of a Land (e.g. ``ni``) in force on a day; ``path`` takes another file than the built-in one.

    ``land`` may itself be a path to a ``.toml`` file. Raises :class:`RulePackError` with a German sentence.
    """
    if path is None and land.endswith(".toml"):
        path = Path(land)
    if path is None:
        key = land.lower()
        if key not in available_lands():
            known = ", ".join(available_lands())
            raise RulePackError(f"Das Regelwerk „{land}“ gibt es nicht. Vorhanden: {known}.")
        path = _FOLDER / f"{key}.toml"
    try:
        raw = path.read_bytes()
        data = tomllib.loads(raw.decode("utf-8"))
    except OSError:
        raise RulePackError(f"Das Regelwerk „{path.name}“ lässt sich nicht öffnen.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulePackError(f"Das Regelwerk „{path.name}“ ist nicht lesbar (TOML): {error}") from None
    rules = _rules_in_force(data, on, path.name)
    title = str(data.get("title", path.stem))
    return RulePack(str(data.get("land", path.stem)), title, on, hashlib.sha256(raw).hexdigest(), rules)


def _rules_in_force(data: Mapping[str, Any], on: date, name: str) -> Mapping[str, Rule]:
    entries = data.get("rule")
    if not isinstance(entries, list) or not entries:
        raise RulePackError(f"Das Regelwerk „{name}“ enthält keine Regeln ([[rule]]).")
    rules: dict[str, Rule] = {}
    for number, entry in enumerate(entries, start=1):
        rule = _rule(entry, number, name)
        if rule.valid_from <= on and (rule.valid_to is None or on <= rule.valid_to):
            if rule.id in rules:
                raise RulePackError(f"Das Regelwerk „{name}“ hat zu „{rule.id}“ zwei Fassungen für denselben Tag.")
            rules[rule.id] = rule
    return MappingProxyType(rules)


def _rule(entry: Any, number: int, name: str) -> Rule:
    where = f"Das Regelwerk „{name}“ ist fehlerhaft: Regel {number}"
    if not isinstance(entry, dict):
        raise RulePackError(f"{where} ist keine Tabelle.")
    kinds: dict[str, type] = {
        "id": str, "valid_from": date, "legal_basis": str, "source": str, "verified": bool, "values": dict,
    }  # fmt: skip
    for key, kind in kinds.items():
        if not isinstance(entry.get(key), kind):
            raise RulePackError(f"{where} hat kein gültiges Feld „{key}“.")
    valid_to = entry.get("valid_to")
    if valid_to is not None and (not isinstance(valid_to, date) or valid_to < entry["valid_from"]):
        raise RulePackError(f"{where} hat kein gültiges Feld „valid_to“.")
    protecting = entry.get("neighbour_protecting")
    if not (protecting is None or isinstance(protecting, bool)):
        raise RulePackError(f"{where} hat kein gültiges Feld „neighbour_protecting“.")
    return Rule(
        entry["id"], entry["valid_from"], valid_to, entry["legal_basis"], entry["source"], entry["verified"],
        MappingProxyType(entry["values"]), protecting,
    )  # fmt: skip
