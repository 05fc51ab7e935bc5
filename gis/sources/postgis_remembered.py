"""Windows of a table that were read lately: where the same rows come again, they are not decoded and checked again.

The rows themselves are always fetched anew; what is remembered counts only while they are the same to the last byte.
"""

import threading
from collections import OrderedDict
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from gis.layers import Bounds, LayerWindow

_WINDOWS = 16
_ROWS = 20_000
_BYTES = 16 << 20


class RememberedWindows:
    """A few windows with the rows that they were made of; may be used by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Bounds, tuple[list[tuple[Any, ...]], int, LayerWindow]] = OrderedDict()

    def window(self, bounds: Bounds, rows: list[tuple[Any, ...]]) -> LayerWindow | None:
        """Return the window that was made of the same rows for the same bounds; None where there is none."""
        with self._lock:
            kept = self._kept.get(bounds)
        return None if kept is None or kept[0] != rows else _own(kept[2])

    def keep(self, bounds: Bounds, rows: list[tuple[Any, ...]], window: LayerWindow) -> None:
        """Remember a window, and forget the oldest ones beyond the bounds of memory."""
        size = sum(len(row[0] or b"") for row in rows)
        if len(rows) > _ROWS or size > _BYTES:
            return
        with self._lock:
            self._kept.pop(bounds, None)
            self._kept[bounds] = (rows, size, _own(window))
            while (
                len(self._kept) > _WINDOWS
                or sum(len(kept[0]) for kept in self._kept.values()) > _ROWS
                or sum(kept[1] for kept in self._kept.values()) > _BYTES
            ):
                self._kept.popitem(last=False)


def _own(window: LayerWindow) -> LayerWindow:
    # Whoever gets a window may change its arrays.
    columns = MappingProxyType({name: values.copy() for name, values in window.columns.items()})
    return replace(window, geometry=window.geometry.copy(), columns=columns)
