"""Making the documents of many sites side by side, in processes of their own, while stories are already told."""

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache

from demo.plans.documents import PlanDocument, make_documents
from demo.town.generate import Town, generate_town


@lru_cache(maxsize=1)
def _town() -> Town:
    return generate_town()


def _documents_of(key: str) -> list[PlanDocument]:
    town = _town()
    return make_documents(town.site(key), town)


class SiteDocuments(Mapping[str, list[PlanDocument]]):
    """Documents by site; reading those of a site waits until they are made."""

    def __init__(self, futures: dict[str, Future[list[PlanDocument]]]) -> None:
        self._futures = futures

    def __getitem__(self, key: str) -> list[PlanDocument]:
        return self._futures[key].result()

    def __iter__(self) -> Iterator[str]:
        return iter(self._futures)

    def __len__(self) -> int:
        return len(self._futures)


@contextmanager
def documents_of_sites(keys: Sequence[str], *, workers: int = 2) -> Iterator[SiteDocuments]:
    """Make the documents of each site, in the order of ``keys``. New processes know nothing of our connections."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(max_workers=workers, mp_context=context)
    try:
        yield SiteDocuments({key: pool.submit(_documents_of, key) for key in dict.fromkeys(keys)})
    finally:
        pool.shutdown(cancel_futures=True)
