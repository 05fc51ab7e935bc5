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
_COUNTS = re.compile(r"Expected (\d+) attribute values, found (\d+) for instance #(\d+)")


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
    if bad := [message for message in messages if _loses(model, message)]:
        raise _damaged(bad)
    if model.schema not in SCHEMAS:
        raise RefusedError("ifc_schema", f"Das IFC-Schema „{model.schema}“ ist nicht lesbar (IFC 2x3, 4 oder 4.3).")
    if odd := [message for message in messages if message.severity >= log.LOG_WARNING]:
        notes.append(
            f"Angaben des IFC-Modells entsprechen nicht seinem Schema; unlesbare gelten als nicht gemacht (Anzahl "
            f"{number(len(odd), 0)}, zuerst {_place(odd) or 'ohne Ort'})."
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


def _loses(model: Any, message: Any) -> bool:
    """Whether a message of the parser means that entities or references are lost (not just one odd attribute)."""
    text = str(message.message)
    if message.severity_string == "ERROR":
        return not text.startswith("An enumeration literal")
    counts = _COUNTS.search(text)
    if counts is None or int(counts[2]) >= int(counts[1]):
        return text.startswith("Overwriting instance")
    return _needed(model, int(counts[3]), int(counts[2]))


def _needed(model: Any, number: int, found: int) -> bool:
    """Whether the attributes of an entity after the first ``found`` must not be missing."""
    from ifcopenshell import ifcopenshell_wrapper

    schema = ifcopenshell_wrapper.schema_by_name(model.schema_identifier)
    entity: Any = schema.declaration_by_name(model.by_id(number).is_a())
    return any(not attribute.optional() for attribute in entity.as_entity().all_attributes()[found:])


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
