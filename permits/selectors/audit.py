"""Verifying the audit log: every hash, every link, every head (design decision 9)."""

from collections.abc import Iterator
from dataclasses import dataclass

from permits.models import AuditChain, AuditPayload, PermitAuthority
from permits.services.audit import event_hash, payload_digest

GENESIS = "0" * 64


@dataclass(frozen=True)
class ChainFault:
    """A place where a chain does not hold; ``message`` is German."""

    chain: int
    sequence: int
    message: str


@dataclass(frozen=True)
class Verification:
    """Result over all chains; ``erased`` counts events whose personal payload was erased."""

    chains: int
    events: int
    erased: int
    faults: tuple[ChainFault, ...]


def verify_audit(*, case_id: int | None = None, authority: PermitAuthority | None = None) -> Verification:
    """Recompute every chain (or that of one case, or all of one authority) from its first event on."""
    chains = AuditChain.objects.order_by("pk")
    if case_id is not None:
        chains = chains.filter(case_id=case_id)
    if authority is not None:
        chains = chains.filter(authority=authority)
    faults: list[ChainFault] = []
    events = erased = count = 0
    for chain in chains:
        count += 1
        seen, gone, found = _verify_chain(chain)
        events, erased = events + seen, erased + gone
        faults += found
    return Verification(chains=count, events=events, erased=erased, faults=tuple(faults))


def _verify_chain(chain: AuditChain) -> tuple[int, int, list[ChainFault]]:
    faults: list[ChainFault] = []
    previous, sequence, erased = GENESIS, 0, 0
    payloads = AuditPayload.objects.filter(event__chain=chain).in_bulk()
    for event in chain.events.order_by("sequence").iterator():
        sequence += 1
        faults += [
            ChainFault(chain.pk, event.sequence, message)
            for wrong, message in (
                (event.sequence != sequence, f"Eintrag {sequence} fehlt."),
                (event.previous_hash != previous, "Die Verbindung zum vorigen Eintrag stimmt nicht."),
                (event_hash(event) != event.hash, "Der Eintrag wurde verändert."),
            )
            if wrong
        ]
        payload = payloads.get(event.pk)
        if payload is None:
            erased += 1
        elif payload_digest(payload.salt, payload.data) != event.payload_digest:
            faults.append(ChainFault(chain.pk, event.sequence, "Die Einzelheiten des Eintrags wurden verändert."))
        previous, sequence = event.hash, event.sequence
    if (chain.head_sequence, chain.head_hash) != (sequence, previous):
        faults.append(ChainFault(chain.pk, chain.head_sequence, "Am Ende der Kette fehlen Einträge."))
    return sequence, erased, faults


def chain_heads() -> Iterator[dict[str, object]]:
    """Yield the head of every chain, for sealing outside the database."""
    for chain in AuditChain.objects.order_by("pk"):
        yield {"chain": chain.pk, "sequence": chain.head_sequence, "hash": chain.head_hash}
