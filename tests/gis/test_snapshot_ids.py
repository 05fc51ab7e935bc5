"""The id index of a snapshot: found by number whatever the batch, duplicates seen, equal bytes for equal input."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.snapshots import ids as ids_module
from gis.snapshots.ids import IdCollector, IdIndex, id_hashes

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def collected(*batches: list[str]) -> IdCollector:
    collector = IdCollector()
    row = 0
    for batch in batches:
        boxes = np.array([[row + n, 0, row + n + 1, 1] for n in range(len(batch))], dtype=float).reshape(-1, 4)
        collector.add(pa.array(batch, pa.string()), boxes)
        row += len(batch)
    return collector


@given(st.lists(TEXT, max_size=8))
def test_the_hash_of_an_id_does_not_depend_on_its_batch(items: list[str]) -> None:
    together = id_hashes(pa.array(items, pa.string()))
    assert together.tolist() == [id_hashes(pa.array([item]))[0] for item in items]


def test_a_million_parcel_numbers_have_a_million_hashes() -> None:
    numbers = pa.array([f"031001{n // 99999:03}{n % 99999 + 1:05}______" for n in range(1_000_000)])
    assert len(np.unique(id_hashes(numbers))) == 1_000_000


def test_every_id_is_found_and_no_other(tmp_path: Path) -> None:
    collected(["b", "a"], ["ccccccccccccccccccccc", "ä"]).write(tmp_path / "ids.arrow")
    index = IdIndex(tmp_path / "ids.arrow")
    assert list(index.boxes("a")) == [(1, 0, 2, 1)]
    assert list(index.boxes("ä")) == [(3, 0, 4, 1)]
    assert list(index.boxes("ccccccccccccccccccccc")) == [(2, 0, 3, 1)]
    assert list(index.boxes("cccccccccccccccccccc")) == []


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    collected().write(tmp_path / "ids.arrow")
    assert list(IdIndex(tmp_path / "ids.arrow").boxes("a")) == []


def test_duplicates_are_seen_across_batches() -> None:
    assert collected(["a", "b"], ["c", "a"], ["a"]).duplicates() == {"a"}
    assert collected(["a", "b"], ["c"]).duplicates() == frozenset()


def test_ids_with_one_hash_are_no_duplicates(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(ids_module, "id_hashes", lambda ids: np.zeros(len(ids), dtype=np.uint64))
    collector = collected(["a", "b", "a"])
    assert collector.duplicates() == {"a"}
    collector.write(tmp_path / "ids.arrow")
    # All candidates come back; the layer compares the ids themselves.
    assert len(list(IdIndex(tmp_path / "ids.arrow").boxes("b"))) == 3


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        collected(["b", "a"], ["c"]).write(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
