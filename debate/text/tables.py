"""Cells of tables that spreadsheets open."""

__all__ = ["harmless"]

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: OWASP, CSV injection."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_STARTS) else cell
