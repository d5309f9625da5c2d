"""Reading a page of 2,000 records: typed and validated, against what others make of the same bytes.

    python benchmarks/read.py [--records N] [--rounds N] [--json]

The answer is a query's: 12 fields of Contact and the names of two parents. Ours validates the bytes straight into
records of the generated class. Beside it: plain `json.loads`; `json.loads` into OrderedDicts, which is what
simple-salesforce returns; and a pydantic model of every field that Contact has, each of them optional.
"""

from __future__ import annotations

import argparse
import json
import sys
import timeit
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pydantic
from measuring import versions
from sfgen_runtime.model.reading import has_decimals, page_validator, validate_json
from sfgen_runtime.model.registry import table_of
from sfgen_runtime.model.selecting import select_columns

if TYPE_CHECKING:
    from sfgen_runtime.model.reading import Selection

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "generated_example"))

GOAL = 0.8
"""Ours is to take at most this share of the time that simple-salesforce's OrderedDicts take."""
_NAIVE_TYPES = {
    "boolean": "bool",
    "int": "int",
    "double": "float",
    "currency": "Decimal",
    "date": "date",
    "datetime": "datetime",
}


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, default=2000, help="records of the page (2000)")
    parser.add_argument("--rounds", type=int, default=30, help="how often to read it; the best counts (30)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    found = measure(options.records, options.rounds)
    print(json.dumps(found, indent=2) if options.json else _table(found))
    return 0 if found["ratio"] <= GOAL else 1


def measure(records: int, rounds: int) -> dict[str, Any]:
    """Time each reader on the same page; seconds, the best of the rounds."""
    content = make_page(records)
    readers = make_readers()
    best = dict.fromkeys(readers, float("inf"))
    # In turns, so that a busy moment of the machine meets all of them.
    for _ in range(rounds):
        for name, read in readers.items():
            best[name] = min(best[name], timeit.timeit(lambda read=read: read(content), number=1))  # type: ignore[misc]
    return {
        "records": records,
        "bytes": len(content),
        "versions": versions("pydantic", "pydantic-core"),
        "ratio": best["ours"] / best["OrderedDict"],
        "seconds": best,
    }


def make_page(records: int) -> bytes:
    """Return the answer to a query, as the REST API writes it."""
    page = {"totalSize": records, "done": True, "records": [_record(number) for number in range(records)]}
    return json.dumps(page, separators=(",", ":")).encode()


def _record(number: int) -> dict[str, Any]:
    path = "/services/data/v62.0/sobjects"
    contact, account, user = f"003{number:012d}AAA", f"001{number // 3:012d}AAA", "005000000000001AAA"
    return {
        "attributes": {"type": "Contact", "url": f"{path}/Contact/{contact}"},
        "Id": contact,
        "LastName": f"Smith {number}",
        "FirstName": "Jo" if number % 4 else None,
        "Email": f"jo.smith.{number}@example.com",
        "Phone": f"+49 30 {number:07d}",
        "Title": "Head of Façades" if number % 3 else None,
        "LeadSource": "Web" if number % 2 else None,
        "Birthdate": f"{1950 + number % 50}-{1 + number % 12:02d}-{1 + number % 28:02d}",
        "DoNotCall": number % 7 == 0,
        "MailingLatitude": 52.5 + number / 1e5,
        "AccountId": account,
        "CreatedDate": f"2026-01-{1 + number % 28:02d}T10:{number % 60:02d}:00.000+0000",
        "Account": {
            "attributes": {"type": "Account", "url": f"{path}/Account/{account}"},
            "Name": f"Glazing {number // 3} GmbH",
        },
        "Owner": {"attributes": {"type": "User", "url": f"{path}/User/{user}"}, "Name": "Ada Okafor"},
    }


def make_selection() -> Selection:
    """Return the selection of the fields that `make_page` writes."""
    from acme_org.contact import Contact

    names = [name for name in _record(0) if name not in ("attributes", "Account", "Owner")]
    columns = [getattr(Contact, name) for name in names]
    return select_columns(Contact, (*columns, Contact.Account.Name, Contact.Owner.Name))


def make_readers() -> dict[str, Callable[[bytes], Any]]:
    """Return the readers, by name. Each has made its schema by now."""
    selection = make_selection()
    validator, exact = page_validator(selection), has_decimals(selection)
    naive = naive_page()
    return {
        "ours": lambda content: validate_json(validator, content, exact=exact)["records"],
        "json.loads": lambda content: json.loads(content)["records"],
        "OrderedDict": lambda content: json.loads(content, object_pairs_hook=OrderedDict)["records"],
        "naive pydantic": lambda content: naive.validate_json(content)["records"],
    }


def naive_page() -> pydantic.TypeAdapter[Any]:
    """Return the validator of a page of naive models, with every field of the object and both parents."""
    from datetime import date, datetime
    from decimal import Decimal

    from acme_org.contact import Contact
    from typing_extensions import TypedDict

    types = {"bool": bool, "int": int, "float": float, "Decimal": Decimal, "date": date, "datetime": datetime}

    class Parent(pydantic.BaseModel):
        Name: str | None = None

    fields: dict[str, Any] = {
        row.name: (types.get(_NAIVE_TYPES.get(row.type, ""), str) | None, None)
        for row in table_of(Contact).fields.values()
    }
    fields |= {"Account": (Parent | None, None), "Owner": (Parent | None, None)}
    model: Any = pydantic.create_model("Contact", **fields)
    page: Any = TypedDict("page", {"totalSize": int, "records": list[model]})
    return pydantic.TypeAdapter(page)


def _table(found: dict[str, Any]) -> str:
    ours = found["seconds"]["ours"]
    rows = [
        f"{name:<16} {seconds * 1000:7.2f} ms   ours takes {ours / seconds:.2f} of it"
        for name, seconds in found["seconds"].items()
    ]
    head = f"{found['records']:,} records, {found['bytes']:,} bytes. {found['versions']}"
    return "\n".join((head, *rows, f"ours to OrderedDict: {found['ratio']:.2f} (goal {GOAL:.2f})"))


if __name__ == "__main__":
    sys.exit(main())
