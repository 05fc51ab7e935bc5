"""The data of a document, as it is stored and goes into the PDF as an associated file."""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from reports.coverage import MARKUP_FIELDS


def as_data(value: Any) -> Any:
    """``value`` in types that JSON knows; drawings by their SHA-256, decimals and dates as text."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [as_data(item) for item in value]
    if is_dataclass(value):
        data: dict[str, Any] = {}
        for item in fields(value):
            content = getattr(value, item.name)
            if item.name in MARKUP_FIELDS:
                data[f"{item.name}_sha256"] = None if content is None else hashlib.sha256(content.encode()).hexdigest()
            else:
                data[item.name] = as_data(content)
        return data
    raise TypeError(f"a document cannot hold a {type(value).__name__}")
