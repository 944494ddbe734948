"""Bytes changed again and again, led by what code they reach, for all that reads what is sent.

atheris is no part of the project: `pip install --target FOLDER atheris`, and then
`ATHERIS=FOLDER make prove ARGS=tests/prove/test_fuzzing.py`. Each reader has so many seconds
(`FUZZING`, 900 where nothing is said). Nothing but the refusal that a reader promises may come of
it, and nothing may take a second. The control is a reader that breaks at a word of four letters.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.prove.conftest import PROJECT, Noted
from tests.prove.led import SLOW
from tests.prove.readers import BREAKS, READERS, Reader

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif("not ATHERIS", reason="atheris is not here: ATHERIS=<its folder>"),
]
ATHERIS = os.environ.get("ATHERIS", "")
SECONDS = int(os.environ.get("FUZZING", "900"))
WORDS = re.compile(rb"[\w\"'-]{2,20}:?|[^\w\s]{1,4}|\n")


def words(seeds: Iterable[bytes]) -> bytes:
    """The words and signs that stand in most of the seeds, as libFuzzer takes a dictionary."""
    found = Counter(word for seed in seeds for word in set(WORDS.findall(seed)))
    common = (word for word, _ in found.most_common(200))
    return b"".join(b'"%b"\n' % b"".join(b"\\x%02x" % sign for sign in word) for word in common)


def led(name: str, reader: Reader, seconds: int, folder: Path) -> tuple[str, list[Path]]:
    """Run a reader so long; all that libFuzzer says of it, and what has broken it."""
    corpus = folder / "corpus"
    corpus.mkdir()
    seeds = [seed[: reader.most] for seed in reader.seeds()]
    for seed in seeds:
        (corpus / hashlib.sha256(seed).hexdigest()).write_bytes(seed)
    (folder / "words").write_bytes(words(seeds))
    command = [sys.executable, "-m", "tests.prove.led", name, str(folder), str(corpus)]
    command += [f"-max_total_time={seconds}", f"-max_len={reader.most}", f"-dict={folder}/words"]
    command += ["-print_final_stats=1", "-seed=7", "-timeout=60", f"-artifact_prefix={folder}/"]
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": ATHERIS},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    told = done.stdout.decode("utf-8", "backslashreplace")
    broken = [file for kind in ("crash", "timeout", "oom") for file in folder.glob(f"{kind}-*")]
    assert done.returncode == 0 or broken, told[-4000:]
    return told, broken


def taken(reader: Reader, file: Path) -> float:
    """What it costs in seconds of CPU without what atheris puts in, at the best of three."""
    tries = []
    for _ in range(3):
        begun = time.process_time()
        reader.do(file.read_bytes())
        tries.append(time.process_time() - begun)
    return min(tries)


@pytest.mark.parametrize("name", READERS)
def test_nothing_breaks_what_reads_what_people_send(
    name: str, note: Noted, tmp_path: Path
) -> None:
    reader = READERS[name]
    told, broken = led(name, reader, SECONDS, tmp_path)
    assert broken == [], f"{told[-4000:]}\n{broken[0].read_bytes()[:2000]!r}"
    number = int(re.findall(r"stat::number_of_executed_units: +(\d+)", told)[-1])
    reached = [int(found) for found in re.findall(r"cov: (\d+)", told)]
    slowest = max(
        (tmp_path / "longest", *tmp_path.glob("slow-*")), key=lambda one: taken(reader, one)
    )
    longest = taken(reader, slowest)
    note(
        f"fuzzed: {name}",
        f"{number:,} in {SECONDS} s, led by the branches they reached ({reached[0]:,} at first, "
        f"{reached[-1]:,} at last): 0 errors but the refusals that are promised; the longest took "
        f"{1000 * longest:.0f} ms",
    )
    assert number > SECONDS / 2
    assert longest < SLOW, slowest.read_bytes()[:2000]


def test_a_reader_that_breaks_is_found(tmp_path: Path) -> None:
    [name] = BREAKS
    told, broken = led(name, BREAKS[name], 120, tmp_path)
    assert [file.read_bytes()[:4] for file in broken] == [b"crux"], told[-4000:]
