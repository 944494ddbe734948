"""Pure: what the program works out about a debate, over one immutable graph (`graph`).

No Django, no clock, no randomness without a seed: numpy, rustworkx and the standard library.
"""
