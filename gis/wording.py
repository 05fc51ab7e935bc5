"""German numbers and lists for messages to people."""

from __future__ import annotations

from collections.abc import Sequence


def number(value: float, digits: int = 2) -> str:
    """Format in German style: thousands with a dot, decimals with a comma. Never "-0,00"."""
    text = f"{value:,.{digits}f}"
    if not text.strip("-0.,"):
        text = text.removeprefix("-")
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def percent(share: float) -> str:
    """A share (0.25) as "25 %"; what is little is not called nothing, and what is nearly all not all."""
    rounded = number(100 * share, 0)
    if rounded == "0" and share > 0:
        return "weniger als 1 %"
    if rounded == "100" and share < 1 - 1e-9:
        return "mehr als 99 %"
    return f"{rounded} %"


#: What one of the counted is called.
_ONE_OF = {"Wohnungen": "Wohnung", "Vollgeschosse": "Vollgeschoss"}


def counted(value: float, unit: str) -> str:
    """Return "3 Wohnungen", "1 Wohnung"; any other unit stays as it is."""
    text = number(value, 0)
    return f"{text} {_ONE_OF.get(unit, unit) if text == '1' else unit}"


def metres(value: float, digits: int = 2) -> str:
    """Length with unit; values too small for two decimals as "weniger als 1 cm"."""
    if digits == 2 and 0 < value < 0.005:
        return "weniger als 1 cm"
    return f"{number(value, digits)} m"


def square_metres(value: float) -> str:
    """Area with unit; values too small for two decimals as "weniger als 0,01 m²"."""
    return "weniger als 0,01 m²" if 0 < value < 0.005 else f"{number(value)} m²"


def listed(items: Sequence[str], last: str = "und") -> str:
    """Join as "a, b und c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def verb(names: Sequence[object], one: str, many: str) -> str:
    """The form of a verb that fits as many things as are named."""
    return one if len(names) == 1 else many


def parcels_named(names: Sequence[str]) -> str:
    """Return "Flurstück 12/3" or "Flurstücke 12/3 und 12/4"; long lists are cut."""
    shown = list(names[:6])
    if len(names) > 6:
        shown.append(f"{len(names) - 6} weitere")
    return f"{'Flurstück' if len(names) == 1 else 'Flurstücke'} {listed(shown)}"
