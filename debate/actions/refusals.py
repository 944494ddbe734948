"""What actions raise besides Django's PermissionDenied and ValidationError."""


class Conflict(Exception):
    """Something else came first: an edit in between, an open report, a key used otherwise."""


class LimitReached(Exception):
    """Enough for now; `retry_after` is in seconds."""

    def __init__(self, reason: str, *, retry_after: int) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
