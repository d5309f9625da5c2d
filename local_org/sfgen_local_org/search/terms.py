"""What stands between the braces of FIND: words, phrases, wildcards, AND, OR, AND NOT and parentheses.

Text is split into words at spaces and punctuation and where letters change to digits, as the platform's search engine
does, and compared word by word without regard to case.

Salesforce document: SOQL and SOSL Reference, "FIND {SearchQuery}".
"""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from .errors import SearchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Stand-ins for the wildcards * and ? while a term is split: characters that no text has.
_MANY, _ONE = "\ufdd0", "\ufdd1"
# What stands between two fields: no word goes on behind it.
_BETWEEN = "\0"
_NO_TEXT = dict.fromkeys(map(ord, (_MANY, _ONE)), " ")
_WILD = f"[{_MANY}{_ONE}]"
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_PIECES = re.compile(rf"(?:[^\W\d_]|{_WILD})+|(?:\d|{_WILD})+")
_LITERAL = re.compile(r"[^*?]+")
# Chinese, Japanese and Korean are written without spaces: a word is found inside of a run of them.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_LEXEME = re.compile(r'"(?P<phrase>(?:[^"\\]|\\.)*)"|(?P<mark>[()])|(?P<word>(?:[^\s"\\()]|\\.)+)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)|([*?])", re.DOTALL)
_RESERVED = re.compile(r"[&|!{}\[\]^~:]")
_MAX_NESTING = 60
_OPERATORS = frozenset({"AND", "OR", "NOT"})


class Text:
    """A record's searched fields as one text, split into fields and words when somebody asks."""

    def __init__(self, fields: Iterable[str]) -> None:
        self._whole = folded(_BETWEEN.join(fields))
        self._fields: list[str] | None = None
        self._words: dict[int, list[str]] = {}

    def __contains__(self, part: str) -> bool:
        return part in self._whole

    def fields_with(self, part: str) -> Iterator[list[str]]:
        """Yield the words of each field that has this text in it."""
        if self._fields is None:
            self._fields = self._whole.split(_BETWEEN)
        for number, field in enumerate(self._fields):
            if part in field:
                if number not in self._words:
                    self._words[number] = _WORDS.findall(field)
                yield self._words[number]


@dataclass(frozen=True)
class Term:
    """A word or a phrase: its words in a row, `*` and `?` being wildcards."""

    pieces: tuple[str, ...]

    @cached_property
    def _tests(self) -> tuple[str | re.Pattern[str], ...]:
        return tuple(_test(piece) for piece in self.pieces)

    @cached_property
    def _hint(self) -> str:
        """The longest text that a field with the term has somewhere: most records don't need to be split at all."""
        return max((found for piece in self.pieces for found in _LITERAL.findall(piece)), key=len, default="")

    def holds(self, text: Text) -> bool:
        """Tell whether a field has the term."""
        return self._hint in text and any(map(self._in, text.fields_with(self._hint)))

    def _in(self, words: list[str]) -> bool:
        tests = self._tests
        return any(
            all(_fits(test, word) for test, word in zip(tests, words[start : start + len(tests)], strict=True))
            for start in range(len(words) - len(tests) + 1)
        )


@dataclass(frozen=True, slots=True)
class Chain:
    """Terms joined by AND and AND NOT, which the platform evaluates from right to left.

    `negated` tells for each item whether a NOT stands before it; it holds for the rest of the chain.
    """

    items: tuple[Expression, ...]
    negated: tuple[bool, ...]

    def holds(self, text: Text) -> bool:
        """Tell whether a record's text fits."""
        result = True
        for item, negated in zip(reversed(self.items), reversed(self.negated), strict=True):
            result = (result and item.holds(text)) != negated
        return result


@dataclass(frozen=True, slots=True)
class Choice:
    """What OR joins."""

    items: tuple[Expression, ...]

    def holds(self, text: Text) -> bool:
        """Tell whether a record's text fits."""
        return any(item.holds(text) for item in self.items)


Expression: TypeAlias = Term | Chain | Choice


def parse_expression(text: str, offset: int) -> Expression:
    """Read a search expression; `offset` is where it begins in the whole search, for errors.

    Raises:
        SearchError: it is none, or has nothing to search for.
    """
    if text.strip():
        parser = _Parser(text, offset)
        found = parser.choice(0)
        parser.end()
        if sum(len(piece) for piece in parser.pieces) > 1:
            return found
    raise SearchError("INVALID_SEARCH", f"search term must be longer than one character: {text.strip()}")


def folded(text: str) -> str:
    """Return a text in the form in which texts are compared."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text.translate(_NO_TEXT)).casefold()


class _Parser:
    """Reads an expression from left to right; all terms' pieces are in `pieces` afterwards."""

    def __init__(self, text: str, offset: int) -> None:
        self._lexemes = list(_lexemes(text, offset))
        self._at = 0
        self._end = offset + len(text)
        self.pieces: list[str] = []

    def choice(self, depth: int) -> Expression:
        """Read what OR joins."""
        if depth > _MAX_NESTING:
            raise SearchError("MALFORMED_SEARCH", f"more than {_MAX_NESTING} nested parentheses", self._place())
        items = [self._chain(depth)]
        while self._take("OR"):
            items.append(self._chain(depth))
        return items[0] if len(items) == 1 else Choice(tuple(items))

    def _chain(self, depth: int) -> Expression:
        items, negated = [self._item(depth)], [False]
        while True:
            if self._take("AND"):
                negated.append(self._take("NOT"))
            elif self._next() in (None, ")", "OR", "NOT"):
                break
            else:
                negated.append(False)  # words side by side are joined by AND
            items.append(self._item(depth))
        return items[0] if len(items) == 1 else Chain(tuple(items), tuple(negated))

    def _item(self, depth: int) -> Expression:
        if self._take("("):
            found = self.choice(depth + 1)
            if not self._take(")"):
                self._fail()
            return found
        if self._next() != "":
            self._fail()
        term = _term(self._lexemes[self._at][1])
        self._at += 1
        self.pieces += term.pieces
        return term

    def end(self) -> None:
        """Refuse what comes after the expression."""
        if self._next() is not None:
            self._fail()

    def _next(self) -> str | None:
        """Return the operator or parenthesis that comes next, an empty text for a term, None at the end."""
        return self._lexemes[self._at][0] if self._at < len(self._lexemes) else None

    def _take(self, mark: str) -> bool:
        found = self._next() == mark
        self._at += found
        return found

    def _place(self) -> int:
        return self._lexemes[self._at][2] if self._at < len(self._lexemes) else self._end

    def _fail(self) -> None:
        found = self._lexemes[self._at][1] if self._at < len(self._lexemes) else "}"
        raise SearchError("MALFORMED_SEARCH", f"unexpected token: '{found}'", self._place())


def _lexemes(text: str, offset: int) -> Iterator[tuple[str, str, int]]:
    """Yield what `_Parser._next` tells, the text, and where it is."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _LEXEME.match(text, at)
        if match is None:
            raise SearchError("MALFORMED_SEARCH", f"mismatched character '{text[at]}' expecting '}}'", offset + at)
        if match["phrase"] is not None:
            yield "", match["phrase"], offset + at
        else:
            found = match[0]
            mark = found if match["mark"] else found.upper() if found.upper() in _OPERATORS else ""
            plain = re.sub(r"\\.", "  ", found, flags=re.DOTALL)
            if reserved := _RESERVED.search(plain):
                message = f"mismatched character '{reserved[0]}' expecting '}}'"
                raise SearchError("MALFORMED_SEARCH", message, offset + at + reserved.start())
            yield mark, found, offset + at
        at = match.end()


def _term(text: str) -> Term:
    def plain(match: re.Match[str]) -> str:
        return match[1] or (_MANY if match[2] == "*" else _ONE)

    marked = _ESCAPED.sub(plain, text.translate(_NO_TEXT))
    pieces = (piece.lstrip(_MANY + _ONE) for piece in _PIECES.findall(folded_pieces(marked)))
    return Term(tuple(piece.replace(_MANY, "*").replace(_ONE, "?") for piece in pieces if piece))


def folded_pieces(marked: str) -> str:
    """Return a marked text in the form in which texts are compared, its marks kept."""
    return unicodedata.normalize("NFKC", marked).casefold()


def _test(piece: str) -> str | re.Pattern[str]:
    if "*" in piece or "?" in piece:
        return re.compile(fnmatch.translate(piece))  # runs in linear time, whatever the pattern
    return re.compile(f".*{re.escape(piece)}.*") if _UNSPACED.search(piece) else piece


def _fits(test: str | re.Pattern[str], word: str) -> bool:
    return test == word if isinstance(test, str) else test.match(word) is not None
