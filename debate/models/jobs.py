from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

ERROR_MAX = 500


class JobFailure(models.Model):
    """The latest error of a background job that has not been done yet, for administrators.

    The job itself is a row of the queue, which keeps no errors; it may be tried again by itself.
    """

    job = models.BigIntegerField(unique=True)
    name = models.CharField(max_length=128)
    error = models.CharField(max_length=ERROR_MAX)
    failed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-failed_at", "-id")
        verbose_name = gettext_lazy("failed job")

    def __str__(self) -> str:
        return f"{self.name} ({self.job})"
