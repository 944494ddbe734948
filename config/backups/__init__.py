"""Backups: one file with all of the database, and putting it back, all of it or nothing.

manifest   what is told of a backup, and what keeps it from being restored here
tables     all tables in one snapshot: counts, checksums, sequences
archive    the file: written whole or not at all, read only where it is undamaged
making     a backup while people write
restoring  into an empty database, compared with the snapshot before it counts
"""
