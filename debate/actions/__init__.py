"""THE write path. Page, HTMX and API call the same functions.

Each takes what it acts on first and the actor as `by=`; the rest is by keyword. Inside: rules,
meaning, write (one transaction that locks the debate first), the event. Actions raise
PermissionDenied, ValidationError, Conflict and LimitReached, and know no request.
"""
