from __future__ import annotations

import gzip
import http.client
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
import requests
from local_org_client import Client
from sfgen_local_org.demo import describes
from sfgen_local_org.http.bodies import LARGEST_BODY
from sfgen_local_org.org import Org
from sfgen_local_org.server import LocalOrg, _listen


def error(response: requests.Response) -> tuple[int, str]:
    assert response.headers["Content-Type"] == "application/json;charset=UTF-8"
    (item,) = response.json()
    assert isinstance(item["message"], str)
    return response.status_code, item["errorCode"]


def test_versions_need_no_session(server: LocalOrg) -> None:
    versions = requests.get(f"{server.url}/services/data/").json()
    assert versions[0] == {"label": "Spring '21", "url": "/services/data/v51.0", "version": "51.0"}
    assert versions[-1] == {"label": "Winter '25", "url": "/services/data/v62.0", "version": "62.0"}


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer 00Dx!y", "Basic eDp5"])
def test_everything_else_needs_one(shared_server: LocalOrg, token: str) -> None:
    data = "/services/data/v62.0"
    for path in ("", "/sobjects", "/query?q=x", "/nothing", "/composite", "/limits/"):
        response = requests.get(shared_server.url + data + path, headers={"Authorization": token})
        assert response.status_code == 401
        assert response.json() == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


def test_old_style_authorization(server: LocalOrg) -> None:
    headers = {"Authorization": f"OAuth {server.session_id}"}
    assert requests.get(f"{server.url}/services/data/v62.0/limits", headers=headers).status_code == 200


def test_expired_sessions(client: Client) -> None:
    assert client.get("limits").ok
    client.server.expire_sessions()
    assert error(client.get("limits")) == (401, "INVALID_SESSION_ID")
    form = {
        "grant_type": "refresh_token",
        "refresh_token": client.server.refresh_token,
        "client_id": client.server.consumer_key,
    }
    token = client.post("/services/oauth2/token", data=form).json()["access_token"]
    assert client.get("limits", headers={"Authorization": f"Bearer {token}"}).ok


@pytest.mark.parametrize(
    ("version", "status"), [("30.0", 200), ("51.0", 200), ("99.0", 200), ("29.0", 404), ("x", 404)]
)
def test_versions_in_the_path(shared_client: Client, version: str, status: int) -> None:
    assert shared_client.get(f"/services/data/v{version}/limits").status_code == status


def test_repeated_slashes(server: LocalOrg) -> None:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"))
    connection.request("GET", "//services/data//v62.0/limits", headers={"Authorization": f"Bearer {server.session_id}"})
    response = connection.getresponse()
    assert (response.status, response.headers["Sforce-Limit-Info"]) == (200, "api-usage=1/15000")
    connection.close()


def test_trailing_slashes_and_accept_header(client: Client) -> None:
    plain = client.get("sobjects/Account/describe").json()
    assert client.get("sobjects/Account/describe/", headers={"Accept": "application/xml"}).json() == plain


def test_usage_header_counts(client: Client) -> None:
    used = [client.get("limits").headers["Sforce-Limit-Info"] for _ in range(2)]
    assert used == ["api-usage=1/15000", "api-usage=2/15000"]
    assert client.get("limits").json()["DailyApiRequests"] == {"Max": 15000, "Remaining": 14997}


def test_address_that_is_too_long(client: Client) -> None:
    client.make("Account", Name="A")
    soql = "SELECT Id FROM Account WHERE Name IN ({})".format(", ".join(["'A'"] * 4000))
    assert client.get("query", params={"q": soql}).status_code == 414
    batch = {"batchRequests": [{"method": "GET", "url": f"v62.0/query?{urlencode({'q': soql})}"}]}
    assert client.post("composite/batch", json=batch).json()["results"][0]["result"]["totalSize"] == 1


def test_address_that_arrives_in_many_pieces(client: Client) -> None:
    # More than the server takes from its socket at once.
    assert client.get("query", params={"q": "x" * 600_000}).status_code == 414


def test_several_clients_at_once(server: LocalOrg) -> None:
    def work(number: int) -> list[int]:
        with Client(server) as client:
            codes = [client.post("sobjects/Account", json={"Name": f"{number}"}).status_code for _ in range(10)]
            server.org.create("Account", {"Name": "made beside the server"})
        return codes

    with ThreadPoolExecutor(8) as pool:
        assert [code for codes in pool.map(work, range(8)) for code in codes] == [201] * 80
    assert server.org.query("SELECT COUNT() FROM Account")["totalSize"] == 88
    assert len(server.requests) == 80


def test_head_has_no_body(client: Client) -> None:
    head = client.head("limits")
    assert (head.status_code, head.content) == (200, b"")
    # The connection is still in step afterwards.
    assert client.get("limits").ok


def test_no_such_address(client: Client) -> None:
    assert error(client.get("nothing/here")) == (404, "NOT_FOUND")
    assert error(client.get("sobjects/Nothing__c/describe")) == (404, "NOT_FOUND")


def test_wrong_method(client: Client) -> None:
    response = client.put("sobjects/Account/001000000000001", json={})
    assert error(response) == (405, "METHOD_NOT_ALLOWED")
    assert {"GET", "HEAD", "PATCH", "DELETE"} <= set(response.headers["Allow"].split(","))


def test_method_in_the_query(client: Client) -> None:
    account = client.make("Account", Name="A")
    assert client.post(f"sobjects/Account/{account}?_HttpMethod=PATCH", json={"Name": "B"}).status_code == 204
    assert client.get(f"sobjects/Account/{account}").json()["Name"] == "B"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"Name": NaN}',
        b'{"Name": "\xff"}',
        b'{"Name": "\\ud800"}',
        b"[" * 100_000,
        b'{"Name":' * 100_000,
        b'{"NumberOfEmployees": ' + b"9" * 10_000 + b"}",
    ],
    ids=lambda body: body[:20].decode("latin-1"),
)
def test_bad_json(shared_client: Client, body: bytes) -> None:
    headers = {"Content-Type": "application/json; charset=UTF-8"}
    response = shared_client.post("sobjects/Account", data=body, headers=headers)
    assert error(response) == (400, "JSON_PARSER_ERROR")


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_other_media_types(shared_client: Client, media_type: str) -> None:
    response = shared_client.post("sobjects/Account", data=b'{"Name": "A"}', headers={"Content-Type": media_type})
    assert error(response) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_media_type_of_a_get_does_not_matter(client: Client) -> None:
    assert client.get("limits", headers={"Content-Type": "text/csv"}).ok


def test_chunked_body(client: Client) -> None:
    chunks = iter([b'{"Name": ', b'"in ', b'pieces"}'])
    response = client.post("sobjects/Account", data=chunks, headers={"Content-Type": "application/json"})
    assert response.request.headers["Transfer-Encoding"] == "chunked"
    assert client.get(f"sobjects/Account/{response.json()['id']}").json()["Name"] == "in pieces"


def test_compressed_body(client: Client) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    good = client.post("sobjects/Account", data=gzip.compress(b'{"Name": "A"}'), headers=headers)
    assert good.status_code == 201
    assert error(client.post("sobjects/Account", data=b'{"Name": "A"}', headers=headers))[0] == 400
    headers["Content-Encoding"] = "br"
    assert error(client.post("sobjects/Account", data=b"x", headers=headers)) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_compressed_body_that_would_not_fit_in_memory(client: Client) -> None:
    bomb = gzip.compress(bytes(LARGEST_BODY + 1), compresslevel=1)
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert error(client.post("sobjects/Account", data=bomb, headers=headers)) == (413, "REQUEST_TOO_LARGE")


def test_large_answers_are_compressed_if_the_client_likes(client: Client) -> None:
    packed = client.get("sobjects/Account/describe")
    plain = client.get("sobjects/Account/describe", headers={"Accept-Encoding": "identity"})
    assert (packed.headers.get("Content-Encoding"), plain.headers.get("Content-Encoding")) == ("gzip", None)
    assert int(packed.headers["Content-Length"]) * 2 < int(plain.headers["Content-Length"])
    assert packed.json() == plain.json()


def test_accepted_connections_do_not_wait_for_more_to_send() -> None:
    # asyncio turns Nagle's algorithm off for sockets with this protocol number, and leaves it on for others.
    with _listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.proto == socket.IPPROTO_TCP


def test_faults(client: Client) -> None:
    client.server.fail_describe("Case", 403)
    client.server.fail("*/limits", 503, times=1, headers={"Retry-After": "3"})
    assert error(client.get("sobjects/Case/describe")) == (403, "INSUFFICIENT_ACCESS")
    assert client.get("sobjects/Account/describe").ok
    limited = client.get("limits")
    assert error(limited) == (503, "SERVER_UNAVAILABLE")
    assert limited.headers["Retry-After"] == "3"
    assert client.get("limits").ok
    batch = {"batchRequests": [{"method": "GET", "url": "v62.0/sobjects/Case/describe"}]}
    assert client.post("composite/batch", json=batch).json()["results"][0]["statusCode"] == 403
    client.server.clear_faults()
    assert client.get("sobjects/Case/describe").ok


def test_request_log_has_no_secrets(client: Client) -> None:
    client.get(f"limits?oauth_token={client.server.session_id}&a=1")
    assert client.last() == ("GET", "/services/data/v62.0/limits", 200, "oauth_token=...&a=1")
    assert client.server.session_id not in repr(client.server.requests)


def test_secrets_are_in_no_repr(server: LocalOrg) -> None:
    assert server.password not in repr(server._credentials)
    assert server.consumer_secret not in repr(server._credentials)
    assert server.security_token not in repr(server._credentials)


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "192.168.0.1", "example.com"])
def test_only_loopback(host: str) -> None:
    with pytest.raises(ValueError, match="loopback only"):
        LocalOrg([], host=host)


def test_port_that_is_taken(server: LocalOrg) -> None:
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(OSError, match=f"can't serve on 127.0.0.1:{port}"), LocalOrg([], port=port):
        pass


def test_what_an_org_is_made_of() -> None:
    by_name = {"Account": describes()["Account"]}
    orgs = [
        LocalOrg(source).org for source in (by_name, by_name.values(), list(by_name.values()), Org(by_name.values()))
    ]
    names = [[item["name"] for item in org.describe_global()["sobjects"]] for org in orgs]
    assert all("Account" in found for found in names)
    assert len({tuple(found) for found in names}) == 1


def test_stops_and_starts_again() -> None:
    # The port is held all along: no other program gets it while nobody listens there.
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        org = LocalOrg([describes()["Account"]], port=held.getsockname()[1])
        with org:
            url = org.url
            assert requests.get(f"{url}/services/data").ok
        with pytest.raises(requests.ConnectionError):
            requests.get(url)
        with pytest.raises(RuntimeError, match="not being served"):
            org.url
        with org:
            headers = {"Authorization": f"Bearer {org.session_id}"}
            assert requests.get(f"{org.url}/services/data/v62.0/sobjects", headers=headers).ok


def test_garbage_on_the_wire_does_not_end_the_server(server: LocalOrg) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"\x16\x03\x01 TLS, perhaps\r\n\r\n")
        assert b"400" in connection.recv(1000)
    connection2 = http.client.HTTPConnection(host, int(port))
    connection2.request("GET", "/services/data")
    assert json.loads(connection2.getresponse().read())
    connection2.close()


def test_an_address_for_a_browser(shared_client: Client) -> None:
    """`sf org open --url-only` prints it."""
    address = shared_client.get("/services/oauth2/singleaccess").json()["frontdoor_uri"]
    assert address.startswith(f"{shared_client.server.url}/secur/frontdoor.jsp?otp=")
    page = requests.get(address, timeout=60)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html;charset=UTF-8")
