"""Lines of words for drawings, which do not wrap."""

from __future__ import annotations

import pytest

from debate.text.widths import SANS, SERIF, shorten, width, wrap

SAID = "A character who realises that it is one is aimed at the real world."


@pytest.mark.parametrize("room", [40, 90, 190, 1000])
def test_no_line_is_wider_than_its_room_and_no_word_is_lost(room: float) -> None:
    lines = wrap(SAID, room, SERIF, 13.5, most=99)
    assert "".join("".join(lines).split()) == "".join(SAID.split())
    assert max(width(line, SERIF, 13.5) for line in lines) <= room


def test_what_does_not_fit_is_cut_off_with_an_ellipsis() -> None:
    lines = wrap(SAID, 190, SERIF, 13.5, most=2)
    assert len(lines) == 2
    assert lines[-1].endswith(" …")
    assert SAID.startswith(" ".join(lines).removesuffix(" …"))
    assert all(width(line, SERIF, 13.5) <= 190 for line in lines)
    assert wrap(SAID, 190, SERIF, 13.5, most=9) == wrap(SAID, 190, SERIF, 13.5, most=99)


def test_a_word_that_is_wider_than_a_line_is_broken() -> None:
    lines = wrap("x" * 100, 100, SANS, 13, most=50)
    assert "".join(lines) == "x" * 100
    assert all(width(line, SANS, 13) <= 100 for line in lines)
    assert wrap("W", 1, SANS, 13, most=3) == ["W"]


def test_chinese_may_end_a_line_anywhere() -> None:
    lines = wrap("我们认为这是一个很长的中文句子", 60, SERIF, 13.5, most=9)
    assert len(lines) > 2
    assert "".join(lines) == "我们认为这是一个很长的中文句子"


def test_accents_take_no_room_and_unknown_letters_take_enough() -> None:
    assert width("é", SERIF, 10) == width("e", SERIF, 10) == width("e\u0301", SERIF, 10)
    assert width("字", SERIF, 10) == 10
    assert width("ж", SERIF, 10) > width("o", SERIF, 10)
    assert width("", SANS, 10) == 0


def test_one_line_is_the_whole_text_or_an_ellipsis_behind_its_beginning() -> None:
    assert shorten("beside the point", 200, SANS, 12) == "beside the point"
    assert shorten("beside the point", 60, SANS, 12) == "beside …"
    assert shorten("", 60, SANS, 12) == ""
