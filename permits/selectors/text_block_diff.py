"""What differs between two versions of text blocks, part by part, in words for people."""

from dataclasses import dataclass

from permits.block_triggers import trigger_labels
from permits.models import TextBlockVersion
from permits.selectors.text_diff import Piece, is_changed, word_diff


@dataclass(frozen=True)
class DiffPart:
    """One part of a block with its changes."""

    title: str
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether it differs."""
        return is_changed(self.pieces)


def version_diff(before: TextBlockVersion, after: TextBlockVersion) -> list[DiffPart]:
    """Return all parts of two versions, also those that are the same; of one block, or of a copy and its origin."""
    old, new = _parts(before), _parts(after)
    return [DiffPart(title, tuple(word_diff(old[title], new[title]))) for title in old]


def _parts(version: TextBlockVersion) -> dict[str, str]:
    labels = trigger_labels(version.block.authority.land)
    return {
        "Bezeichnung": version.title,
        "Art": version.get_kind_display(),
        "Zu erfüllen": version.get_stage_display(),
        "Text": version.text,
        "Begründung": version.reason,
        "Rechtsgrundlage": version.legal_basis,
        "Verfahren": ", ".join(version.procedures) or "alle",
        "Vorschlag": "\n".join(labels.get(trigger, trigger) for trigger in version.proposed_when) or "nie",
        "Geltung": _validity(version),
    }


def _validity(version: TextBlockVersion) -> str:
    until = f" bis {version.valid_to:%d.%m.%Y}" if version.valid_to else ""
    return f"ab {version.valid_from:%d.%m.%Y}{until}"
