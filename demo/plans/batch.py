"""Making the documents of many sites side by side, in processes of their own."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache

from demo.plans.documents import PlanDocument, make_documents
from demo.town.generate import Town, generate_town


@lru_cache(maxsize=1)
def _town() -> Town:
    return generate_town()


def _documents_of(key: str) -> list[PlanDocument]:
    town = _town()
    return make_documents(town.site(key), town)


def documents_of_sites(keys: list[str], *, workers: int = 2) -> dict[str, list[PlanDocument]]:
    """Return the documents of each site by its key. New processes know nothing of our database connection."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=workers, mp_context=context) as pool:
        return dict(zip(keys, pool.map(_documents_of, keys), strict=True))
