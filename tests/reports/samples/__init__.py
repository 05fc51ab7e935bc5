"""One full sample of every document kind, a module each: ``SAMPLES`` of a module are collected here by name."""

from __future__ import annotations

import importlib
import pkgutil

from reports.contexts import DocumentContext
from tests.reports.samples.cast import CASE, COMMON, DRAWING, LETTERHEAD, SEAL, SEALED_AT, SERIAL, VERIFICATION
from tests.reports.samples.permit_notice import granted_notice
from tests.reports.samples.receipt import receipt
from tests.reports.samples.refusal_notice import refused_notice

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

SAMPLES: dict[str, DocumentContext] = {}
for _module in pkgutil.iter_modules(__path__):
    for _name, _sample in getattr(importlib.import_module(f"{__name__}.{_module.name}"), "SAMPLES", {}).items():
        if _name in SAMPLES:
            raise ValueError(f"two samples are called {_name!r}")
        SAMPLES[_name] = _sample
