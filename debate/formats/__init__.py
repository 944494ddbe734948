"""Formats of exchange: pure readers and writers around one outline; no database, no clock."""
