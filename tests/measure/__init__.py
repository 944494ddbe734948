"""Measuring: CPU and memory of a served site, beside references. `make table` is `__main__`."""
