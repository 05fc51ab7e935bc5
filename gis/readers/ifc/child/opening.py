"""Open a model, and refuse one of which the library could not read everything: what it skips, it skips in silence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from gis.readers.ifc.child.refusal import RefusedError
from gis.wording import number

SCHEMAS = ("IFC2X3", "IFC4", "IFC4X3")
_INSTANCE = re.compile(r"#(\d+)")
_OFFSET = re.compile(r"at offset (\d+)")
_COUNTS = re.compile(r"Expected (\d+) attribute values, found (\d+)")


def open_model(path: str, notes: list[str]) -> Any:
    """Return the model of a STEP file; raises RefusedError where entities are missing, unknown or damaged."""
    import ifcopenshell

    log = new_log()
    try:
        model = ifcopenshell.open(path, format=".ifc", logger=log)
    except (OSError, RuntimeError, ValueError, TypeError, LookupError, AttributeError, ifcopenshell.Error):
        # The library says in many ways that it cannot parse a file.
        raise _damaged(list(log.log_messages())) from None
    messages = list(log.log_messages())
    if bad := [message for message in messages if _loses(message)]:
        raise _damaged(bad)
    if model.schema not in SCHEMAS:
        raise RefusedError("ifc_schema", f"Das IFC-Schema „{model.schema}“ ist nicht lesbar (IFC 2x3, 4 oder 4.3).")
    if odd := [message for message in messages if message.severity >= log.LOG_WARNING]:
        notes.append(
            f"{number(len(odd), 0)} Angaben des IFC-Modells entsprechen nicht seinem Schema und wurden nicht gelesen "
            f"(zuerst {_place(odd) or 'ohne Ort'})."
        )
    return model


def new_log() -> Any:
    """A log in memory, so that nothing is printed and everything can be asked for."""
    import ifcopenshell

    log: Any = ifcopenshell.logger()  # type: ignore[misc]
    log.output_format(log.FMT_INMEMORY)
    log.verbosity(log.LOG_WARNING)
    return log


def errors(log: Any) -> list[Any]:
    """Messages that say that something could not be done."""
    return [message for message in log.log_messages() if message.severity >= log.LOG_ERROR]


def _loses(message: Any) -> bool:
    """Whether a message of the parser means that entities or references are lost (not just one odd attribute)."""
    text = message.message
    if message.severity_string == "ERROR":
        return not text.startswith("An enumeration literal")
    counts = _COUNTS.search(text)
    return text.startswith("Overwriting instance") or (counts is not None and int(counts[2]) < int(counts[1]))


def _damaged(messages: Sequence[Any]) -> RefusedError:
    several = f" {number(len(messages), 0)} Einträge sind nicht lesbar." if len(messages) > 1 else ""
    return RefusedError("not_ifc", f"Das IFC-Modell ist beschädigt.{several}", _place(messages))


def _place(messages: Sequence[Any]) -> str:
    for message in messages:
        if instance := _INSTANCE.search(message.message):
            return f"Eintrag #{instance[1]}"
        if offset := _OFFSET.search(message.message):
            return f"Stelle {number(int(offset[1]), 0)} der Datei"
    return ""
