"""Files of a folder, or of a .tar.gz of one, that may hold JSON: read without trusting their names or their content."""

from __future__ import annotations

import json
import os
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sfgen.errors import SfgenError

if TYPE_CHECKING:
    from collections.abc import Iterator

# An archive says how much it unpacks to only by doing it: the largest known org is a tenth of this. Bytes.
_MAX_UNPACKED = 2 * 1024**3
_MAX_FILE = 256 * 1024**2
_WHITESPACE = b" \t\r\n"
# UTF-8 with a mark, UTF-16, UTF-32: as PowerShell redirects output.
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its path as it is shown to the user, and its content."""

    path: str
    data: bytes


def read_entries(path: Path) -> Iterator[Entry]:
    """Yield what may be JSON below a folder, in an archive, or the file itself; sorted by path.

    Files named *.json are JSON by promise; others are taken if they begin like a JSON object or list.
    Hidden files and folders are left out.

    Raises:
        SfgenError: the path doesn't exist or can't be read, or is an archive that is broken or too large.
    """
    try:
        if path.is_dir():
            yield from _of_folder(path)
        elif path.name.endswith((".tar.gz", ".tgz")):
            yield from _of_archive(path)
        elif path.is_file():
            yield Entry(str(path), path.read_bytes())
        else:
            raise SfgenError(f"{path} doesn't exist: name a folder of describe results, or run `sfgen snapshot` first.")
    except (tarfile.TarError, EOFError) as error:
        raise SfgenError(f"{path} is no readable .tar.gz: {error}.") from error
    except OSError as error:
        raise SfgenError(f"{error.filename or path} can't be read: {error.strerror or error}.") from error


def _of_folder(folder: Path) -> Iterator[Entry]:
    files: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=_raise):  # doesn't follow links out of the folder
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += [Path(place, name) for name in names if not name.startswith(".")]
    for file in sorted(files, key=lambda file: file.relative_to(folder).as_posix()):
        if not file.is_file():
            continue
        with file.open("rb") as stream:
            start = stream.read(64)
            if _may_be_json(file.name, start):
                yield Entry(str(file), start + stream.read())


def _raise(error: OSError) -> None:
    raise error


def _of_archive(path: Path) -> Iterator[Entry]:
    """Read an archive in memory: nothing is unpacked to disk, so no name in it can do harm."""
    entries: list[Entry] = []
    total = 0
    with tarfile.open(path, mode="r:gz") as archive:
        for member in archive:
            parts = member.name.split("/")
            if not member.isreg() or any(part.startswith(".") and part not in (".", "..") for part in parts):
                continue
            total += member.size
            if member.size > _MAX_FILE or total > _MAX_UNPACKED:
                raise SfgenError(f"{path} unpacks to more than sfgen reads: unpack it and name the folder.")
            stream = archive.extractfile(member)
            data = stream.read() if stream else b""
            if _may_be_json(parts[-1], data[:64]):
                entries.append(Entry(f"{path}:{member.name}", data))
    yield from sorted(entries, key=lambda entry: entry.path)


def _may_be_json(name: str, start: bytes) -> bool:
    if name.lower().endswith(".json"):
        return True
    return start.lstrip(_WHITESPACE)[:1] in (b"{", b"[") or (start.startswith(_MARKS) and b"{" in start)


def parse_json(data: bytes, *, keys_once: bool = False) -> Any:
    """Return the JSON of a file in any encoding that JSON may have; a byte-order mark is fine.

    Of a key that an object has twice the last counts; `keys_once` refuses it.

    Raises:
        ValueError: it is broken, or holds numbers that JSON doesn't have.
    """
    pairs = _with_keys_once if keys_once else None
    return json.loads(data, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=pairs)


def _with_keys_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice[:80]!a} is there twice")
    return made


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is no JSON number: the JSON is broken")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{text[:20]} is out of range: the JSON is broken")
    return number


def why_broken(error: Exception) -> str:
    """Return what is wrong with text that `parse_json` refused, with the line where there is one."""
    match error:
        case json.JSONDecodeError():
            return f"broken JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        case UnicodeDecodeError():
            return f"not text in {error.encoding} at byte {error.start}"
        case RecursionError():
            return "nested too deeply"
        case _:
            return str(error)
