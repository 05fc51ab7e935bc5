"""Source columns → canonical columns: types, missing values, and which rows do not fit. Whole columns at a time."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gis.attributes import Attribute, LayerSchema, normalise
from gis.readers.source import Fault

ARROW_TYPES: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.string(),
}
# Source columns that hold the German Flurstückskennzeichen; some deliver it without the trailing underscores.
_GERMAN_PARCEL_COLUMNS = {"flurstueckskennzeichen", "flstkennz", "flurstueckkennzeichen", "fkz"}
_PARCEL_ID_LENGTH = 20
_TRUE = ["true", "t", "1", "ja", "j", "yes"]
_FALSE = ["false", "f", "0", "nein", "n", "no"]


def canonical_columns(
    schema: LayerSchema, mapping: Mapping[str, str], attributes: pa.Table
) -> tuple[dict[str, pa.Array], dict[int, Fault]]:
    """Cast the mapped columns of a batch to their canonical types.

    Returns
    -------
    (columns, faults)
        `columns` has one array per mapped attribute, with null where the value is missing or does not fit; `faults`
        names the rows whose value is missing although required, or does not fit.
    """
    columns: dict[str, pa.Array] = {}
    faults: dict[int, Fault] = {}
    for name, source in mapping.items():
        attribute = schema.attributes[name]
        raw = attributes.column(source).combine_chunks()
        values, misfits = _cast(attribute, raw)
        if name == "parcel_id" and normalise(source) in _GERMAN_PARCEL_COLUMNS:
            values = _padded(values)
        columns[name] = values
        for row in misfits:
            text = str(raw[row].as_py())[:60]
            message = f"Das Attribut „{name}“ hat den unpassenden Wert „{text}“."
            faults.setdefault(row, Fault("bad_attribute", message))
        if attribute.required and values.null_count:
            for row in _true_rows(values.is_null()):
                faults.setdefault(row, Fault("missing_attribute", f"Das Attribut „{name}“ fehlt."))
    return columns, faults


def _cast(attribute: Attribute, raw: pa.Array) -> tuple[pa.Array, list[int]]:
    """Values in the canonical type, and the rows whose value is there but does not fit."""
    if attribute.type in {"text", "date"}:
        return _as_text(raw), []
    if attribute.type == "boolean":
        values = _as_boolean(raw)
    else:
        values = _as_number(raw)
        finite = pc.and_(pc.is_finite(values), pc.greater_equal(values, _minimum(attribute)))
        if attribute.type == "integer":
            finite = pc.and_(finite, pc.equal(pc.round(values), values))
        values = pc.if_else(pc.fill_null(finite, False), values, pa.scalar(None, pa.float64()))
        if attribute.type == "integer":
            values = values.cast(pa.int64())
    given = _is_given(raw)
    misfits = pc.and_(given, values.is_null())
    return values, _true_rows(misfits)


def _padded(numbers: pa.Array) -> pa.Array:
    shortest = pc.min(pc.utf8_length(numbers)).as_py()
    whole = shortest is None or shortest >= _PARCEL_ID_LENGTH
    return numbers if whole else pc.utf8_rpad(numbers, _PARCEL_ID_LENGTH, padding="_")


def _true_rows(mask: pa.Array) -> list[int]:
    return [int(row) for row in np.flatnonzero(mask.to_numpy(zero_copy_only=False))]


def _minimum(attribute: Attribute) -> float:
    return -np.inf if attribute.minimum is None else float(attribute.minimum)


def _is_given(raw: pa.Array) -> pa.Array:
    if pa.types.is_floating(raw.type):
        return pc.fill_null(pc.invert(pc.is_nan(raw)), False)
    if pa.types.is_string(raw.type) or pa.types.is_large_string(raw.type):
        return pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(raw), ""), False)
    return raw.is_valid()


def _as_text(raw: pa.Array) -> pa.Array:
    if pa.types.is_floating(raw.type):
        # Keys that a source stored as 1000.0 are 1000.
        whole = pc.or_(pc.is_nan(raw), pc.equal(pc.round(raw), raw))
        if bool(pc.all(pc.fill_null(whole, True)).as_py()):
            raw = pc.if_else(pc.is_nan(raw), pa.scalar(None, raw.type), raw).cast(pa.int64(), safe=False)
    text = raw if pa.types.is_string(raw.type) else raw.cast(pa.string())
    trimmed = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.fill_null(pc.equal(trimmed, ""), True), pa.scalar(None, pa.string()), trimmed)


def _as_boolean(raw: pa.Array) -> pa.Array:
    if pa.types.is_boolean(raw.type):
        return raw
    text = pc.utf8_lower(_as_text(raw))
    true, false = pc.is_in(text, pa.array(_TRUE)), pc.is_in(text, pa.array(_FALSE))
    return pc.if_else(pc.or_(true, false), true, pa.scalar(None, pa.bool_()))


def _as_number(raw: pa.Array) -> pa.Array:
    """Float64 with null where there is no number."""
    if not pa.types.is_string(raw.type) and not pa.types.is_large_string(raw.type):
        try:
            return raw.cast(pa.float64())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return pa.nulls(len(raw), pa.float64())
    text = pc.utf8_trim_whitespace(raw.cast(pa.string()))
    # Lists come from GDAL as "(2:2011,1500)": the first value counts.
    text = pc.replace_substring_regex(text, r"^\(\d+:([^,)]*).*\)$", r"\1")
    numeric = pc.match_substring_regex(text, r"^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?$")
    text = pc.if_else(pc.fill_null(numeric, False), pc.replace_substring(text, ",", "."), pa.scalar(None, pa.string()))
    return text.cast(pa.float64())
