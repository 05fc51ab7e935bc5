"""How often somebody tried: counted in the database, which all web processes share."""

from django.db import models


class AttemptCount(models.Model):
    """Zähler of one caller's attempts in a window of time; a row that has ended may go at any time."""

    # An HMAC of purpose and caller: whose address it is cannot be read from it.
    key = models.CharField(max_length=64, primary_key=True)
    ends_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.count}"
