"""What the tests need of ``reports.samples``, where the sample of every document kind stands.

A module laid down here is collected as well, until it is moved there.
"""

from __future__ import annotations

import importlib
import pkgutil

from reports.samples import SAMPLES
from reports.samples.cast import CASE, COMMON, DRAWING, LETTERHEAD, SEAL, SEALED_AT, SERIAL, VERIFICATION
from reports.samples.permit_notice import granted_notice
from reports.samples.receipt import receipt
from reports.samples.refusal_notice import refused_notice

__all__ = [
    "CASE",
    "COMMON",
    "DRAWING",
    "LETTERHEAD",
    "SAMPLES",
    "SEAL",
    "SEALED_AT",
    "SERIAL",
    "VERIFICATION",
    "granted_notice",
    "receipt",
    "refused_notice",
]

for _module in pkgutil.iter_modules(__path__):
    for _name, _sample in getattr(importlib.import_module(f"{__name__}.{_module.name}"), "SAMPLES", {}).items():
        if _name in SAMPLES:
            raise ValueError(f"two samples are called {_name!r}")
        SAMPLES[_name] = _sample
