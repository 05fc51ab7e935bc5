"""The demo's libraries: Musterstadt's own blocks, and two of the other authority; one was adopted, then changed."""

from dataclasses import replace
from pathlib import Path

from permits.models import PermitAuthority, TextBlock
from permits.services.text_block_files import import_blocks
from permits.services.text_block_sharing import adopt_version, offer_version
from permits.services.text_blocks import BlockContent, create_block, save_block

FILE = Path(__file__).with_name("text_blocks.toml")
DUST = "Der Staub der Bauarbeiten ist durch Befeuchten niederzuhalten."


def seed_text_blocks(authorities: dict[str, PermitAuthority]) -> None:
    """Fill both libraries. Idempotent: a library that has blocks is left as it is."""
    own, other = authorities["musterstadt"], authorities["beispielland"]
    if not TextBlock.objects.filter(authority=own).exists():
        import_blocks(authority=own, by=None, file=FILE.read_bytes())
    if not TextBlock.objects.filter(authority=other).exists():
        _share(own, other)


def _share(own: PermitAuthority, other: PermitAuthority) -> None:
    template = BlockContent.of(TextBlock.objects.get(authority=own, key="A-005").versions.get())
    dust = replace(template, title="Staub auf der Baustelle", text=DUST, reason="", legal_basis="§ 22 BImSchG")
    yard = replace(
        template,
        title="Immissionsschutz an landwirtschaftlichen Hofstellen",
        text="Silos sind so zu betreiben, dass die Nachbarschaft nicht unzumutbar durch Geruch belästigt wird.",
        reason="",
        legal_basis="§ 22 BImSchG",
        stage="in_use",
    )
    shared = create_block(authority=other, by=None, key="BL-010", content=dust)
    offered = create_block(authority=other, by=None, key="BL-011", content=yard)
    for block in (shared, offered):
        offer_version(version=block.versions.get(number=1), by=None)
    adopt_version(authority=own, by=None, version=shared.versions.get(number=1), key="A-020")
    better = replace(dust, text=f"{DUST[:-1]}; Zufahrten sind täglich zu reinigen.")
    newer = save_block(block=shared, by=None, content=better, based_on=1, note="Zufahrten ergänzt")
    offer_version(version=newer, by=None)
