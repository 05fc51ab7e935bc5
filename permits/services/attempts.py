"""A limit on attempts that holds for all web processes together, however many ask at once."""

import datetime as dt

from django.db import connection
from django.utils.crypto import salted_hmac

from permits import legal_time
from permits.models import AttemptCount

CLEARED_AT_ONCE = 100
_CLEAR = """
DELETE FROM {table} WHERE key IN (
    SELECT key FROM {table} WHERE ends_at <= %(now)s LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
"""
# One statement: of two that come at the same moment, the second waits for the row and counts on from the first.
_COUNT = """
INSERT INTO {table} AS one (key, ends_at, count) VALUES (%(key)s, %(ends)s, 1)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN one.ends_at <= %(now)s THEN 1 ELSE one.count + 1 END,
    ends_at = CASE WHEN one.ends_at <= %(now)s THEN excluded.ends_at ELSE one.ends_at END
RETURNING count
"""


def may_try(*, purpose: str, caller: str, limit: int, window: dt.timedelta) -> bool:
    """Count an attempt of ``caller`` and say whether it is among the first ``limit`` of the running window.

    No permission and no audit: strangers ask, and what they ask would fill the log. Call it outside transactions, so
    that the row is not held longer than the statement takes.
    """
    now = legal_time.now()
    key = salted_hmac("permits.attempts", f"{purpose}\n{caller}", algorithm="sha256").hexdigest()
    ends = now + window
    table = AttemptCount._meta.db_table
    with connection.cursor() as cursor:
        # By itself, before the count: no statement holds one row while it waits for another.
        cursor.execute(_CLEAR.format(table=table), {"now": now, "most": CLEARED_AT_ONCE})
        cursor.execute(_COUNT.format(table=table), {"key": key, "now": now, "ends": ends})
        (count,) = cursor.fetchone()
    return bool(count <= limit)
