"""Text of strangers becomes string literals and docstrings that read back as exactly that text."""

from __future__ import annotations

import ast

import pytest
from hostile import hostile_text
from hypothesis import given, settings
from hypothesis import strategies as st
from sfgen.text import docstring, literal, sentence

many = settings(derandomize=True, database=None, deadline=None, max_examples=500)


@many
@given(hostile_text)
def test_a_literal_evaluates_to_its_text(text: str) -> None:
    source = literal(text)
    assert ast.literal_eval(source) == text
    assert source.isprintable()
    source.encode()


def test_a_literal_of_every_character_evaluates_to_it() -> None:
    for start in range(0, 0x110000, 0x1000):
        text = "".join(map(chr, range(start, start + 0x1000)))
        assert ast.literal_eval(literal(text)) == text


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("plain", '"plain"'),
        ('say "hi"', r'"say \"hi\""'),
        ("O'Brien", '''"O'Brien"'''),
        ("C:\\", r'"C:\\"'),
        ("a\nb\tc\r", r'"a\nb\tc\x0d"'),
        ("Größe 日本語 한국어 Привет", '"Größe 日本語 한국어 Привет"'),
        ("\u202e", r'"\u202e"'),
        ("e\u0301", r'"e\u0301"'),
        ("\ud800", r'"\ud800"'),
        ("\U0001f600", r'"\U0001f600"'),
        ("\x00", r'"\x00"'),
    ],
)
def test_literals_show_what_they_hold(text: str, source: str) -> None:
    assert literal(text) == source


@many
@given(st.lists(hostile_text, min_size=1, max_size=3), st.sampled_from(["", "    ", "        "]))
def test_a_docstring_is_one_string_of_the_same_words(paragraphs: list[str], indent: str) -> None:
    source = docstring(paragraphs, indent)
    assert all(line.isprintable() for line in source.split("\n"))
    source.encode()
    (node,) = ast.parse(source).body
    assert isinstance(node, ast.Expr)
    assert isinstance(node.value, ast.Constant)
    shown = node.value.value
    assert isinstance(shown, str)
    assert shown.split() == ["".join(map(_shown, word)) for text in paragraphs for word in text.split()]


def _shown(char: str) -> str:
    return "\ufffd" if "\ud800" <= char <= "\udfff" else char


@many
@given(hostile_text)
def test_a_class_with_any_docstring_can_be_made(text: str) -> None:
    namespace: dict[str, type] = {}
    exec(f"class Made:\n    {docstring([text], '    ')}\n", namespace)
    assert namespace["Made"].__doc__ is not None


def test_long_docstrings_wrap_at_their_indent() -> None:
    source = docstring(["word " * 60, "last"], "    ")
    lines = source.split("\n")
    assert max(map(len, lines)) <= 120
    assert all(line.startswith("    ") for line in lines[1:] if line)
    assert lines[-1] == '    """'


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ""), ("  \n ", ""), ("Name", "Name."), ("Really?", "Really?"), ("a\n b\u2028c", "a b c."), ("So:", "So:")],
)
def test_sentences(text: str, expected: str) -> None:
    assert sentence(text) == expected
