"""One budget of time for all that a reading does."""

import time


class DeadlinePassedError(TimeoutError):
    """The time for a reading is used up."""


class Deadline:
    """Counts down from `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self, most: float | None = None) -> float:
        """Seconds that are left, at most `most`; raises DeadlinePassedError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise DeadlinePassedError
        return left if most is None else min(left, most)
