"""Text of the org in Python source: the one place where it becomes literals and docstrings.

Labels, help texts and picklist values are written by strangers. They enter generated code only through `literal` and
`docstring`, which leave nothing that could end the literal, hide in it, or read otherwise than it runs.
"""

from __future__ import annotations

import re
import textwrap

# What stays as it is: printable ASCII, and the blocks of common scripts, chosen by code point and not by
# str.isprintable, whose answer changes with the Python version. All else is escaped: controls, separators, bidi marks,
# lone surrogates, characters that combine.
_ESCAPED = re.compile(
    "[^\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u0370-\u03ff\u0400-\u04ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_WIDTH = 110


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def literal(text: str) -> str:
    r"""Return a Python string literal that evaluates to exactly `text`.

    Example:
        >>> print(literal('say "hi"\n'))
        "say \"hi\"\n"
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{_ESCAPED.sub(_escape, escaped)}"'


def sentence(text: str) -> str:
    """Return `text` on one line, white space folded, with a full stop at its end."""
    folded = " ".join(text.split())
    return folded if not folded or folded.endswith((".", "!", "?", ":")) else f"{folded}."


def docstring(paragraphs: list[str], indent: str) -> str:
    """Return a docstring of `paragraphs`, whose text may come from the org, wrapped, as it stands at `indent`."""
    lines: list[str] = []
    for paragraph in paragraphs:
        # A class whose docstring has a lone surrogate can't be made: CPython keeps it as UTF-8.
        prose = _SURROGATE.sub("\ufffd", " ".join(paragraph.split()))
        safe = _ESCAPED.sub(_escape, prose.replace("\\", "\\\\"))
        if '""' in safe or safe.endswith('"'):
            safe = safe.replace('"', '\\"')
        wrapped = textwrap.wrap(safe, _WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
        lines.extend(([""] if lines else []) + wrapped)
    if len(lines) < 2:
        return f'"""{"".join(lines)}"""'
    body = "\n".join(f"{indent}{line}" if line and at else line for at, line in enumerate(lines))
    return f'"""{body}\n{indent}"""'
