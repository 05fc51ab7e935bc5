"""Detached seals over bytes that are no PDF."""

from __future__ import annotations

from pathlib import Path

from reports.demo_pki import DemoPki, make_demo_pki
from reports.detached import seal_bytes, verify_bytes
from reports.seal_keys import PfxKey

CONTENT = b'{"head": "3f3f"}'


def test_sealed_bytes_verify_against_their_root(demo_key: PfxKey, pki: DemoPki) -> None:
    seal = seal_bytes(CONTENT, demo_key)
    assert seal.level == "demo"
    assert verify_bytes(CONTENT, seal.signature, [pki.ca_certificate]) == ""


def test_changed_bytes_unknown_roots_and_broken_seals_are_told_apart(
    demo_key: PfxKey, pki: DemoPki, tmp_path: Path
) -> None:
    signature = seal_bytes(CONTENT, demo_key).signature
    other = make_demo_pki(tmp_path, organisation="Andere Stadt")
    assert "verändert" in verify_bytes(CONTENT + b" ", signature, [pki.ca_certificate])
    assert "nicht vertrauenswürdig" in verify_bytes(CONTENT, signature, [other.ca_certificate])
    assert "nicht lesbar" in verify_bytes(CONTENT, b"no signature", [pki.ca_certificate])
