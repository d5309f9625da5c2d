"""Files: multipart uploads, downloads in blocks."""

from __future__ import annotations

import io
import tempfile
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sfgen_runtime import Salesforce, SalesforceConnectionError, SalesforceMalformedRequest, SalesforceResourceNotFound
from sfgen_runtime.blobs import Download, SaveBlob
from sfgen_runtime.operations import status_of

if TYPE_CHECKING:
    from acme_org import Salesforce as AcmeOrg

# What a multipart reader could take for a boundary or the end of a line.
CONTENT = b"\r\n--sfgen\r\n\x00\xff" * 10_000 + b"\r\n"


@pytest.fixture
def account_id(sf: Salesforce) -> str:
    return sf.Account.create({"Name": "Blobs"}).id


def test_multipart_and_download(sf: Salesforce, account_id: str, tmp_path: Path) -> None:
    source = tmp_path / 'of "fer".pdf'
    source.write_bytes(CONTENT)
    made = sf.Attachment.create_blob({"Name": "offer.pdf", "ParentId": account_id}, source)
    assert sf.Attachment.get_base64(made.id) == CONTENT
    copy = tmp_path / "copy.pdf"
    assert sf.Attachment.download(made.id, file=copy) == len(CONTENT)
    assert copy.read_bytes() == CONTENT
    opened = io.BytesIO(b"skipped" + b"new")
    opened.seek(7)
    assert sf.Attachment.update_blob(made.id, opened, data={"Name": "new.pdf"}) == 204
    into = io.BytesIO()
    sf.Attachment.download(made.id, "Body", file=into)
    assert into.getvalue() == b"new"
    assert sf.Attachment.get(made.id)["Name"] == "new.pdf"


def test_base64_in_json_with_the_other_fields(sf: Salesforce, account_id: str, tmp_path: Path) -> None:
    (tmp_path / "offer.pdf").write_bytes(CONTENT)
    answer = sf.Attachment.upload_base64(tmp_path / "offer.pdf", data={"Name": "offer.pdf", "ParentId": account_id})
    assert answer.status_code == 201
    assert sf.Attachment.get_base64(answer.json()["id"]) == CONTENT
    # Without them the org refuses, as it does to simple-salesforce.
    with pytest.raises(SalesforceMalformedRequest, match="ParentId"):
        sf.Attachment.upload_base64(tmp_path / "offer.pdf")


def test_typed_download(acme: AcmeOrg, account_id: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    made = acme.Attachment.create_blob({"Name": "a", "ParentId": account_id}, tmp_path / "a")
    assert acme.Attachment.download(made.id, file=tmp_path / "b") == 3


def test_a_file_without_a_name_is_called_by_its_field() -> None:
    def head(file: Any) -> bytes:
        request = SaveBlob("Attachment", None, "Body", file, {}, parse=len).request()  # type: ignore[arg-type]
        return next(iter(request.body))  # type: ignore[arg-type]

    with tempfile.TemporaryFile() as nameless, Path(__file__).open("rb") as named:
        assert all(b'filename="Body"' in head(file) for file in (nameless, io.BytesIO(b"x")))
        assert all(b'filename="test_blobs.py"' in head(file) for file in (named, Path(__file__), __file__))


def test_a_file_that_changes_while_it_is_sent_is_sent_as_it_was_announced(sf: Salesforce, tmp_path: Path) -> None:
    account_id = sf.Account.create({"Name": "Blobs"}).id
    log = tmp_path / "log"
    log.write_bytes(b"first line\n")
    operation = SaveBlob("Attachment", None, "Body", log, {"Name": "log", "ParentId": account_id}, parse=status_of)
    request = operation.request()
    with log.open("ab") as growing:
        growing.write(b"second line\n" * 10_000)
    assert b"".join(request.body).count(b"line") == 1  # type: ignore[arg-type]
    assert sf.send(request).status == 201
    # The connection is still of use: nothing was left over on it.
    assert sf.limits()
    log.write_bytes(b"")
    with pytest.raises(ValueError, match="became 11 bytes shorter while it was sent"):
        sf.send(request)
    assert sf.query("SELECT COUNT() FROM Attachment WHERE Name = 'log'").totalSize == 1


def test_a_download_that_fails_leaves_no_file(sf: Salesforce, tmp_path: Path) -> None:
    with pytest.raises(SalesforceResourceNotFound):
        sf.Attachment.download("00P000000000999AAA", file=tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_large_files_take_little_memory(tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(64 << 20)
    request = SaveBlob("ContentVersion", None, "VersionData", large, {}, parse=len).request()  # type: ignore[arg-type]
    assert request.body is not None
    tracemalloc.start()
    size = sum(len(block) for block in request.body)  # type: ignore[arg-type]
    assert size == len(request.body) > 64 << 20  # type: ignore[arg-type]
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


def test_a_download_cut_off_is_an_error(sf: Salesforce, account_id: str, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(CONTENT)
    record = sf.Attachment.create_blob({"Name": "x", "ParentId": account_id}, source)
    begun = sf.execute(Download("Attachment", record.id, "Body"))
    begun.response.raw.raw.close()
    with pytest.raises(SalesforceConnectionError, match=f"0 of {len(CONTENT)} bytes"):
        begun.save(tmp_path / "cut")
    assert [path.name for path in tmp_path.iterdir()] == ["source"]
