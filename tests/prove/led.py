"""Changes bytes again and again for one of `readers`, led by what code they reach (by atheris).

A program of its own, as atheris ends the process that it runs in:
`python -m tests.prove.led READER FOLDER options-of-libFuzzer...`. In FOLDER it leaves what took
longest (`longest`) and what took more than a second (`slow-…`), and libFuzzer what broke a reader.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

SLOW = 1.0
INSTRUMENTED = ["debate", "markdown_it", "mdurl", "linkify_it"]
atheris: Any


def changed(data: bytes, most: int, seed: int) -> bytes:
    """JSON with one value changed, so that it stays JSON; every other time just the bytes."""
    chance = random.Random(seed)
    if chance.random() < 0.5:
        try:
            return json.dumps(other(json.loads(data), chance)).encode()[:most]
        except (ValueError, RecursionError):
            pass
    blind: bytes = atheris.Mutate(data, most)
    return blind


def other(value: Any, chance: random.Random) -> Any:
    """The value, something in it changed, left out, repeated, or put where something else was."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(value, dict | list):
        pairs = list(value.items() if isinstance(value, dict) else enumerate(value))
    if not pairs or chance.random() < 0.1:
        return anything(value, chance)
    at = chance.randrange(len(pairs))
    key, one = pairs[at]
    pairs[at : at + 1] = chance.choice(
        (
            *([(key, other(one, chance))],) * 5,
            [(key, chance.choice(pairs)[1])],
            [],
            [pairs[at]] * 2,
        )
    )
    return dict(pairs) if isinstance(value, dict) else [one for _, one in pairs]


def anything(value: Any, chance: random.Random) -> Any:
    """A string or number near to it, or something of another kind."""
    if isinstance(value, str) and chance.random() < 0.8:
        blind: bytes = atheris.Mutate(value.encode("utf-8", "replace"), len(value) + 64)
        return blind.decode("utf-8", "replace")
    if isinstance(value, int) and chance.random() < 0.5:
        return value + chance.choice((-1, 1, 2**63, -(2**31)))
    return chance.choice((None, True, 0, -1, 1.5, 1e300, "", "x", [], {}, [value], {"id": value}))


def main(name: str, folder: Path) -> None:
    """Read what is changed until the time that libFuzzer was given is over."""
    with atheris.instrument_imports(include=INSTRUMENTED):
        readers = import_module("tests.prove.readers")
    reader, longest = {**readers.READERS, **readers.BREAKS}[name], 0.0
    do = atheris.instrument_func(reader.do)

    def once(data: bytes) -> None:
        nonlocal longest
        begun = time.process_time()
        do(data)
        taken = time.process_time() - begun
        if taken > longest:
            longest = taken
            (folder / "longest").write_bytes(data)
        if taken > SLOW:
            (folder / f"slow-{hashlib.sha256(data).hexdigest()[:16]}").write_bytes(data)

    atheris.Setup(sys.argv, once, **({"custom_mutator": changed} if reader.is_json else {}))
    atheris.Fuzz()


if __name__ == "__main__":
    atheris = import_module("atheris")
    reader_name, where = sys.argv[1:3]
    del sys.argv[1:3]
    main(reader_name, Path(where))
