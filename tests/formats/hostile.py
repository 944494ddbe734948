"""Files that somebody made to break a reader, by format: each as bytes, made when asked for."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

from debate.formats.polis import packed

Made = Callable[[], bytes]
DEEP = 100_000


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _comments(rows: list[dict[str, Any]]) -> bytes:
    return _json({"comments": {"results": rows}})


def _comment(key: str, parent: str | None, html: Any = "<p>x</p>") -> dict[str, Any]:
    return {"_id": key, "parentCommentId": parent, "contents": {"html": html}}


def _zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def _bomb() -> bytes:
    return _zip({"comments.csv": b"0" * 60_000_000, "votes.csv": b"0" * 60_000_000})


def _huge(told: int = 2**32 - 2) -> bytes:
    """Ten megabytes that would be ten gigabytes, whatever the archive tells of their size."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    data = zeros * (10 * 2**10) + packer.flush()
    name = b"comments.csv"
    head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, 0, len(data), told, len(name), 0)
    whole = b"PK\x03\x04" + head + name + data
    entry = b"PK\x01\x02\x14\0" + head + bytes(14) + name
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(whole), 0)
    return whole + entry + b"PK\x05\x06" + end


def _lying() -> bytes:
    """An archive that says its member is small; unpacked it is not."""
    data = bytearray(_zip({"comments.csv": b"0" * 20_000_000, "votes.csv": b"x"}))
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 100)
    return bytes(data)


def _locked() -> bytes:
    data = bytearray(_polis())
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    data[6] |= 1
    return bytes(data)


COMMENTS = b"timestamp,comment-id,author-id,moderated,comment-body\n1,0,0,1,Hello\n"
VOTES = b"timestamp,comment-id,voter-id,vote\n1,0,0,1\n"


def _polis(comments: bytes = COMMENTS, votes: bytes = VOTES, **more: bytes) -> bytes:
    files = {"comments.csv": comments, "votes.csv": votes}
    return packed({**files, **{name.replace("_", "."): data for name, data in more.items()}})


def _many(number: int) -> bytes:
    return b"".join(b"1,%d,1,1,x\n" % n for n in range(1, number))


def _aif(nodes: list[Any], edges: list[Any], **more: Any) -> bytes:
    listed = [{"nodeID": str(n), "type": kind, "text": "x"} for n, kind in nodes]
    joined = [{"edgeID": n, "fromID": a, "toID": b} for n, (a, b) in enumerate(edges)]
    return _json({"nodes": listed, "edges": joined, **more})


def _hub(side: int) -> bytes:
    """An S node with very many premises and conclusions."""
    nodes = [("s", "CA"), *((n, "I") for n in range(2 * side))]
    edges = [*((str(n), "s") for n in range(side)), *(("s", str(side + n)) for n in range(side))]
    return _aif(nodes, edges)


def _chain(length: int) -> bytes:
    nodes = [(n, "I" if n % 2 else "RA") for n in range(length)]
    return _aif(nodes, [(str(n), str(n + 1)) for n in range(length - 1)])


def _utterances(side: int) -> bytes:
    nodes = [*((f"l{n}", "L") for n in range(side)), ("y", "YA"), *((n, "I") for n in range(side))]
    edges = [*((f"l{n}", "y") for n in range(side)), *(("y", str(n)) for n in range(side))]
    return _aif(nodes, edges)


def _reddit(depth: int) -> bytes:
    """A tree so deep, written by hand, since no writer of JSON goes there."""
    one = '{"kind":"t1","data":{"id":"%d","body":"x","replies":'
    inner = '{"kind":"Listing","data":{"children":['
    opened = "".join(one % n + inner for n in range(depth))
    return (opened + "]}}}}" * depth).encode()


def _indented(depth: int) -> bytes:
    return "".join(f"{' ' * n}+ <A{n}>: x\n" for n in range(1, depth)).encode()


def _ring(length: int) -> bytes:
    return "".join(f"[{n}]\n -> [{(n + 1) % length}]\n\n" for n in range(length)).encode()


STACK = "\u0301\u0316" * 100_000
QUOTING = "<blockquote>a b \u2013 c d e</blockquote>"
TEXTS: dict[str, Made] = {
    "stacked marks": f"Ann: a{STACK} b\n\nBob:\n> a{STACK} b\n\nno{STACK}\n".encode,
    "nothing": lambda: b"",
    "spaces": lambda: b" \n\t " * 10_000,
    "zeros": lambda: bytes(1_000_000),
    "all bytes": lambda: bytes(range(256)) * 4_000,
    "half a UTF-8": lambda: b"\xc3" * 100_000,
    "UTF-16 halves": lambda: b"\xff\xfe" + b"\x00\xd8" * 50_000,
    "Latin 1": lambda: "\u00e9t\u00e9 ".encode("latin-1") * 50_000,
    "overlong": lambda: b"\xc0\xaf" * 50_000,
    "an archive": lambda: _zip({"x": b"y"}),
    "gzip": lambda: b"\x1f\x8b" + b"\x00" * 1_000,
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 1_000,
    "far too big": lambda: b"x " * 20_000_000,
    "a line without end": lambda: b"x" * 3_000_000,
    "very many lines": lambda: b"x\n" * 1_000_000,
    "returns": lambda: b"\r" * 1_000_000,
    "entities": lambda: b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
}
JSONS: dict[str, Made] = {
    **TEXTS,
    "deep lists": lambda: b"[" * DEEP + b"]" * DEEP,
    "deep objects": lambda: b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep and open": lambda: b'[{"a":' * DEEP,
    "very many values": lambda: b"[" + b"0," * 4_000_000 + b"0]",
    "very many lists": lambda: b"[" + b"[]," * 3_000_000 + b"[]]",
    "no number": lambda: b'{"comments": [NaN, Infinity], "nodes": [NaN]}',
    "a long number": lambda: b"[" + b"9" * 100_000 + b"]",
    "a big power": lambda: b'{"nodes": [1e999999], "comments": [1e999999]}',
    "halves of characters": lambda: (
        b'{"nodes":[{"nodeID":"\\ud800","type":"I","text":"\\udfff"}]}'
    ),
    "a text without end": lambda: b'{"nodes": "' + b"x" * 1_000_000,
    "two keys alike": lambda: b'{"nodes":[],"nodes":[],"comments":1,"comments":2}',
    "other types": lambda: b'{"nodes":{"a":1},"comments":"x","post_stream":[],"kind":{}}',
    "null": lambda: b"null",
    "true": lambda: b"true",
}
ARGDOWN: dict[str, Made] = {
    **TEXTS,
    "open brackets": lambda: b"[" * 500_000,
    "open titles": lambda: b"[a " * 300_000,
    "open arguments": lambda: b"<a " * 300_000,
    "open braces": lambda: b"{" * 500_000,
    "open data": lambda: b"{a: " * 200_000,
    "open comments": lambda: b"/* " * 300_000,
    "open remarks": lambda: b"<!-- " * 200_000,
    "stars": lambda: b"[A]: " + b"*" * 300_000,
    "underscores": lambda: b"[A]: " + b"_a " * 200_000,
    "tags": lambda: b"[A]: " + b"#a " * 200_000 + b"x",
    "spaces inside": lambda: b"[A]: x" + b" " * 1_000_000 + b"y",
    "backslashes": lambda: b"[A]: " + b"\\" * 1_000_001,
    "links": lambda: b"[A]: " + b"[a](" * 200_000,
    "mentions": lambda: b"[A]: " + b"@[" * 300_000,
    "front matter without end": lambda: b"===\n" + b"a: b\n" * 200_000,
    "an anchor of YAML": lambda: b"===\na: &a [x]\nb: *a\n!!python/object: x\n===\n[A]: x",
    "deep front matter": lambda: b"===\ntitle: " + b"[" * DEEP + b"\n===\n[A]: x",
    "deep data": lambda: b"[A]: x {a: " + b"[" * 10_000 + b"}",
    "indents": lambda: b"[A]: x\n" + _indented(1_500),
    "a chain": lambda: "".join(f"[A{n}]: x\n  -> [A{n + 1}]\n\n" for n in range(20_000)).encode(),
    "a ring": lambda: "".join(
        f"[{n}]\n -> [{(n + 1) % 9_999}]\n\n" for n in range(9_999)
    ).encode(),
    "too many": lambda: "".join(f"[{n}]: x\n\n" for n in range(60_000)).encode(),
    "premises alone": lambda: b"(1) x\n" * 50_000,
    "inferences": lambda: b"(1) x\n" + b"----\n" * 100_000,
    "an inference without end": lambda: b"(1) x\n--\n" + b"rule\n" * 100_000,
    "orphans": lambda: b"  + x\n\n" * 30_000,
    "one title": lambda: b"[A]: x\n\n[A]: y\n\n" * 20_000,
    "headings": lambda: b"# x\n" * 100_000,
}
KIALO: dict[str, Made] = {
    **TEXTS,
    "a deep path": lambda: b"Discussion Title: x\n\n1. y\n" + b"1." * DEEP + b" Pro: z",
    "a path of digits": lambda: b"1. y\n1." + b"9" * 1_000_000 + b". Pro: z",
    "an open path": lambda: b"1. y\n" + b"1.1" * 300_000,
    "one path": lambda: b"1. y\n" + b"1.1. Pro: x\n" * 40_000,
    "too many claims": lambda: b"1. y\n" + b"1.1. Pro: x\n" * 60_000,
    "a chain": lambda: b"1. y\n" + b"".join(b"1." * n + b" Pro: x\n" for n in range(2, 1_500)),
    "links to themselves": lambda: b"1. y\n" + b"1.1. Con: -> See 1.1.\n" * 20_000,
    "links to nothing": lambda: b"1. y\n" + b"1.1. Con: -> See 9.\n" * 20_000,
    "a title alone": lambda: b"Discussion Title: x\n",
    "claims without words": lambda: b"1. y\n" + b"1.1. Pro:\n" * 10_000,
}
POLIS: dict[str, Made] = {
    **{name: TEXTS[name] for name in ("nothing", "zeros", "all bytes", "far too big")},
    "a bomb": _bomb,
    "a bomb that lies": _lying,
    "ten gigabytes": _huge,
    "ten gigabytes that lie": lambda: _huge(100),
    "a locked archive": _locked,
    "an archive in itself": lambda: _zip({"comments.csv": _bomb(), "votes.csv": VOTES}),
    "very many files": lambda: _zip({f"f{n}": b"" for n in range(100_000)}),
    "names that climb": lambda: _zip({"../../comments.csv": COMMENTS, "/etc/votes.csv": VOTES}),
    "names of Windows": lambda: _zip({"..\\comments.csv": COMMENTS, "C:\\votes.csv": VOTES}),
    "odd names": lambda: _zip({"a\nb": b"", "\u202egpj.csv": b"", "x" * 60_000: b""}),
    "half an archive": lambda: _polis()[:200],
    "a spoilt member": lambda: _polis().replace(b"\x00\x00\x00", b"\xff\xff\xff", 1),
    "an end alone": lambda: b"PK\x05\x06" + bytes(18),
    "another method": lambda: _zip(
        {"comments.csv": COMMENTS, "votes.csv": VOTES}, zipfile.ZIP_LZMA
    ),
    "no head": lambda: _polis(b"1,2,3\n", b"1,2,3\n"),
    "a head alone": lambda: _polis(COMMENTS.split(b"\n", 1)[0]),
    "an open quote": lambda: _polis(COMMENTS + b'1,1,1,1,"' + b"x\n" * 200_000),
    "a long field": lambda: _polis(COMMENTS + b"1,1,1,1," + b"x" * 1_000_000),
    "zeros in rows": lambda: _polis(COMMENTS + b"1,\x00,1,1,x\n", VOTES + b"\x00\n" * 10_000),
    "no UTF-8": lambda: _polis(COMMENTS + b"1,1,1,1,\xff\xfe\xfd\n"),
    "very many columns": lambda: _polis(b"," * 1_000_000 + b"\n" + COMMENTS),
    "very many votes": lambda: _polis(votes=VOTES + b"1,0,0,1\n" * 450_000),
    "very many comments": lambda: _polis(
        COMMENTS + b"".join(b"1,%d,1,1,x\n" % n for n in range(1, 25_000))
    ),
    "formulas": lambda: _polis(COMMENTS + b"1,1,1,1,=cmd|' /C calc'!A0\n1,2,1,1,@SUM(1)\n"),
    "one comment": lambda: _polis(COMMENTS + b"1,0,1,1,again\n" * 50_000),
    "odd times": lambda: _polis(COMMENTS + b"9" * 400 + b",1,1,1,x\n-1,2,1,1,y\n1e9,3,1,1,z\n"),
    "odd votes": lambda: _polis(votes=VOTES + b"1,0,1,2\n1,0,2,x\n1,0,3,\n" * 10_000),
}
LESSWRONG: dict[str, Made] = {
    **JSONS,
    "a chain": lambda: _comments([_comment(str(n), str(n - 1)) for n in range(DEEP)]),
    "a long chain": lambda: _comments([_comment(str(n), str(n - 1)) for n in range(9_000)]),
    "a chain turned round": lambda: _comments(
        [_comment(str(n), str(n + 1)) for n in range(9_000)]
    ),
    "a ring": lambda: _comments([_comment(str(n), str((n + 1) % 5_000)) for n in range(5_000)]),
    "rings": lambda: _comments([_comment(str(n), str(n ^ 1)) for n in range(5_000)]),
    "one id": lambda: _comments([_comment("a", None) for _ in range(9_000)]),
    "no ids": lambda: _comments([_comment("", None) for _ in range(9_000)]),
    "deep hypertext": lambda: _comments([_comment("a", None, "<div>" * DEEP)]),
    "deep quotations": lambda: _comments([_comment("a", None, "<blockquote>" * 50_000)]),
    "open tags": lambda: _comments([_comment("a", None, "<" * 1_000_000)]),
    "scripts": lambda: _comments([_comment("a", None, "<script>alert(1)</script><svg/onload=x>")]),
    "attributes": lambda: _comments([_comment("a", None, "<a " + "b=c " * 90_000 + ">x</a>")]),
    "no text": lambda: _comments([_comment("a", None, {"html": 1}), _comment("b", None, 7)]),
    "much text": lambda: _comments([_comment("a", None, "<p>" + "word " * 300_000)]),
    "much quoting": lambda: _comments(
        [_comment("p", None, "<p>" + "one two three four five six " * 300)]
        + [
            _comment(str(n), "p", f"<blockquote>one two  three {n} four five</blockquote><p>x</p>")
            for n in range(2_000)
        ]
    ),
    "many long posts quoted": lambda: _comments(
        [_comment(str(n), str(n - 1), QUOTING + "a b c d f " * 600) for n in range(300)]
    ),
    "stacked marks": lambda: _comments([_comment("a", None, f"<p>a{STACK}</p>")]),
    "marks stacked by tags": lambda: _comments(
        [_comment("a", None, "<p>a" + "&#769;<b></b>&#790;" * 5_000 + "</p>")]
    ),
    "quotations alone": lambda: _comments([_comment("a", None, QUOTING * 9_000)]),
    "odd dates": lambda: _comments([{**_comment("a", None), "postedAt": 1e300}]),
    "reactions": lambda: _comments(
        [{**_comment("a", None), "extendedScore": {"reacts": {"agree": [1, None, {}] * 9_000}}}]
    ),
    "comments in comments": lambda: _json({"comments": {"comments": {"results": [{}]}}}),
}
DISCOURSE: dict[str, Made] = {
    **{name: JSONS[name] for name in ("deep lists", "very many values", "other types", "null")},
    "a ring": lambda: _json(
        {
            "post_stream": {
                "posts": [
                    {"post_number": n, "reply_to_post_number": n % 4_000 + 1, "cooked": "x"}
                    for n in range(1, 4_001)
                ]
            }
        }
    ),
    "one number": lambda: _json(
        {"post_stream": {"posts": [{"post_number": 1, "cooked": "x"}] * 9_000}}
    ),
    "posts of other types": lambda: _json({"post_stream": {"posts": [1, None, [], "x", {}]}}),
    "open quotes": lambda: _json(
        {"post_stream": {"posts": [{"post_number": 1, "raw": "[quote]\n" * 30_000 + "x"}]}}
    ),
    "quotes of nothing": lambda: _json(
        {
            "post_stream": {
                "posts": [
                    {
                        "post_number": n,
                        "cooked": '<aside data-post="99"><blockquote>x</blockquote></aside>y',
                    }
                    for n in range(1, 3_000)
                ]
            }
        }
    ),
    "stacked marks": lambda: _json(
        {"post_stream": {"posts": [{"post_number": 1, "raw": f"[quote]a{STACK}[/quote]b{STACK}"}]}}
    ),
    "odd tags": lambda: _json(
        {
            "tags": [1, None, {"a": 1}],
            "post_stream": {"posts": [{"post_number": 1, "cooked": "x"}]},
        }
    ),
}
REDDIT: dict[str, Made] = {
    **{name: JSONS[name] for name in ("deep objects", "very many lists", "other types", "null")},
    "a deep tree": lambda: _reddit(DEEP // 5),
    "a ring": lambda: _json(
        [
            {"kind": "t1", "data": {"id": "a", "parent_id": "t1_b", "body": "x"}},
            {"kind": "t1", "data": {"id": "b", "parent_id": "t1_a", "body": "y"}},
        ]
    ),
    "signs of quotations": lambda: _json(
        [{"kind": "t1", "data": {"id": "a", "body": ">" * 500_000}}]
    ),
    "lines of quotations": lambda: _json(
        [{"kind": "t1", "data": {"id": "a", "body": "> x\n\ny\n\n" * 40_000}}]
    ),
    "entities": lambda: _json([{"kind": "t1", "data": {"id": "a", "body": "&amp;" * 200_000}}]),
    "odd kinds": lambda: _json([{"kind": ["t1"], "data": 3}, {"kind": "t1"}, {"kind": "more"}]),
}
AIF: dict[str, Made] = {
    **JSONS,
    "a hub": lambda: _hub(20_000),
    "a chain": lambda: _chain(40_000),
    "utterances of all": lambda: _utterances(20_000),
    "a ring": lambda: _aif(
        [(n, "I" if n % 2 else "CA") for n in range(2_000)],
        [(str(n), str((n + 1) % 2_000)) for n in range(2_000)],
    ),
    "edges to themselves": lambda: _aif([("a", "I")], [("a", "a")] * 50_000),
    "edges to nothing": lambda: _aif([("a", "I")], [("a", "b"), (None, {}), ([], 3)] * 20_000),
    "one id": lambda: _aif([("a", "I")] * 50_000, []),
    "schemes alone": lambda: _aif([(n, "RA") for n in range(50_000)], []),
    "odd types": lambda: _aif([("a", "I"), ("b", "<script>"), ("c", ["I"])], []),
    "odd people": lambda: _aif(
        [("a", "I")],
        [],
        participants=[1, {}, {"participantID": []}],
        locutions=[None, {"nodeID": {}, "personID": "a"}],
    ),
    "long words": lambda: _json(
        {"nodes": [{"nodeID": "a", "type": "I", "text": "*_[" * 300_000}]}
    ),
}

FILES: dict[str, dict[str, Made]] = {
    "argdown": ARGDOWN,
    "kialo": KIALO,
    "polis": POLIS,
    "lesswrong": LESSWRONG,
    "discourse": DISCOURSE,
    "reddit": REDDIT,
    "aif": AIF,
    "xaif": {"deep and wrapped": lambda: b'{"AIF":' * 10_000, "wrapped": lambda: b'{"AIF":[1]}'},
}
