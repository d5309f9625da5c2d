"""Scripts as tutorials and answers to questions have them: each is one function, and knows nothing of sfgen.

The test runs each twice, as it is and with the import changed, and compares what `out` was given.
"""

# ruff: noqa: PTH118, PTH123, SIM115, UP017  # written as such scripts are

import base64
import io
import json
import os
import tempfile
import zipfile
from datetime import datetime, timedelta, timezone

import pandas as pd
from simple_salesforce import (
    Salesforce,
    SalesforceAuthenticationFailed,
    SalesforceError,
    SalesforceExpiredSession,
    SalesforceGeneralError,
    SalesforceLogin,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
    SFType,
)


def frames(login, out):
    sf = Salesforce(**login)
    acc = sf.Account.create({"Name": "Pandas Inc", "Industry": None})["id"]
    for i in range(7):
        sf.Contact.create({"LastName": f"P{i}", "AccountId": acc, "Email": f"p{i}@example.com"})
    res = sf.query_all(
        "SELECT LastName, Email, Account.Name FROM Contact WHERE Account.Name = 'Pandas Inc' ORDER BY LastName"
    )
    df = pd.DataFrame(res["records"]).drop(columns="attributes")
    out("cols", list(df.columns))
    out("shape", df.shape)
    out("account", df["Account"].map(lambda a: a["Name"]).tolist())
    flat = pd.json_normalize(res["records"])
    out("flat", sorted(c for c in flat.columns))
    out("csv", df[["LastName", "Email"]].to_csv(index=False))
    df2 = pd.DataFrame(
        sf.query_all_iter("SELECT LastName FROM Contact WHERE Account.Name = 'Pandas Inc' ORDER BY LastName")
    ).drop(["attributes"], axis=1)
    out("iter", df2.values.tolist())
    out("from orient", pd.DataFrame.from_records(res["records"], exclude=["attributes"]).shape)
    out("dict(res)", sorted(dict(res)))
    out("get", res.get("nope", 5))
    out("in", "records" in res)
    out("len", len(res))
    out("keys", sorted(res.keys()))
    out("json", len(json.loads(json.dumps(res))["records"]))
    out("popped", sorted({k: v for k, v in res["records"][0].items() if k != "attributes"}))
    r = res["records"][0]
    r.pop("attributes")
    out("pop", sorted(r))
    out("isdict", isinstance(r, dict))
    out("mutate", (res.update(x=1), res["x"])[1])
    out("types", [isinstance(res, dict), isinstance(res["records"], list)])


def bulk_upserts(login, out):
    sf = Salesforce(**login)
    rows = [{"ERP_Id__c": f"B-{i}", "Name": f"Bulk {i}"} for i in range(25)]
    res = sf.bulk.Account.upsert(rows, "ERP_Id__c", batch_size=10, use_serial=True)
    out("n", len(res))
    out("created", [r["created"] for r in res].count(True))
    out("keys", sorted(res[0]))
    ids = {r["id"] for r in res}
    out("unique", len(ids))
    res = sf.bulk.Account.upsert(data=rows[:3], external_id_field="ERP_Id__c")
    out("again", [r["created"] for r in res])
    upd = sf.bulk.Account.update([{"Id": i, "Name": "New"} for i in sorted(ids)][:4])
    out("upd", [r["success"] for r in upd])
    bad = sf.bulk.Account.insert([{"Nme": "x"}, {"Name": "ok"}])
    out("bad", [(r["success"], [e["statusCode"] for e in r["errors"]]) for r in bad])
    for op in ("insert", "upsert"):
        got = sf.bulk.submit_dml(
            "Account", op, [{"ERP_Id__c": "S-1", "Name": "s"}], "ERP_Id__c" if op == "upsert" else None
        )
        out("submit " + op, [r["success"] for r in got] if isinstance(got, list) else str(type(got)))
    q = sf.bulk.Account.query("SELECT Id, Name FROM Account WHERE Name = 'New'")
    out("q", [sorted(x) for x in q][:1])
    out("qn", len(q))
    pages = sf.bulk.Account.query("SELECT Id FROM Account WHERE Name = 'New'", lazy_operation=True)
    out("lazy", sum(len(p) for p in pages))
    out("del", [r["success"] for r in sf.bulk.Account.delete([{"Id": i} for i in sorted(ids)])].count(True))
    df = pd.DataFrame([{"LastName": "df1", "Phone": "1"}, {"LastName": "df2", "Phone": "2"}])
    out("df", [r["success"] for r in sf.bulk.Contact.insert(df.to_dict("records"))])


def files(login, out):
    sf = Salesforce(**login)
    acc = sf.Account.create({"Name": "Files"})["id"]
    body = base64.b64encode(b"hello \x00 world").decode("utf-8")
    made = sf.Attachment.create(
        {"Name": "a.bin", "ParentId": acc, "Body": body, "ContentType": "application/octet-stream"}
    )
    out("made", made["success"])
    rec = sf.Attachment.get(made["id"])
    out("bodyurl", rec["Body"].endswith("/Body"))
    got = sf.session.get(f"https://{sf.sf_instance}{rec['Body']}", headers={"Authorization": "Bearer " + sf.session_id})
    out("via session", got.content.decode("latin-1"))
    got = sf.session.get(f"https://{sf.sf_instance}{rec['Body']}", headers=sf.headers)
    out("via headers", got.status_code)
    r = sf._call_salesforce("GET", sf.base_url + f"sobjects/Attachment/{made['id']}/Body")
    out("call", r.content.decode("latin-1"))
    out("b64", sf.Attachment.get_base64(made["id"]).decode("latin-1"))
    with tempfile.TemporaryDirectory() as d:
        p = os.path.join(d, "x.txt")
        open(p, "wb").write(b"new")
        out("upd", sf.Attachment.update_base64(made["id"], p, "Body", None, True).status_code)
        out("upd int", sf.Attachment.update_base64(made["id"], p, base64_field="Body"))
        try:
            out("upl", sf.Attachment.upload_base64(p).status_code)
        except SalesforceMalformedRequest as e:
            out("upl err", e.content[0]["errorCode"])
    out("len", len(sf.Attachment.get_base64(made["id"], "Body")))


def metadata(login, out):
    sf = Salesforce(**login)
    buf = io.BytesIO()
    with zipfile.ZipFile(buf, "w") as z:
        z.writestr("package.xml", "<Package/>")
    started = sf.deploy(buf, sandbox=True, checkOnly=True, testLevel="NoTestRun")
    out("keys", sorted(started))
    out("state", started["state"])
    st = sf.checkDeployStatus(started["asyncId"])
    out("status", st)
    st = sf.checkDeployStatus(started.get("asyncId"))
    out("status2", st["state"])
    a, b = sf.mdapi.deploy(buf, True)
    out("tuple", b)
    out("tuple4", len(sf.mdapi.check_deploy_status(a)))
    r = sf.mdapi.retrieve("", unpackaged={"CustomObject": ["Account"]})
    out("retrieve", r[1])
    for _ in range(5):
        s = sf.mdapi.check_retrieve_status(r[0])
        if s[0] == "Succeeded":
            break
    out("rstatus", s[:2])
    z = sf.mdapi.retrieve_zip(r[0])
    out("zip", [z[0], z[1], z[3][:2].decode()])


def passwords(login, out):
    sf = Salesforce(**login)
    uid = sf.query(f"SELECT Id FROM User WHERE Username = '{login['username']}'")["records"][0]["Id"]
    out("uid", uid[:3])
    out("me", sf.oauth2("userinfo")["user_id"][:15] == uid[:15])
    out("set", sf.set_password(uid, login["password"] + "x"))
    login["password"] += "x"
    try:
        out("bad", sf.set_password("005000000000999", "x"))
    except SalesforceError as e:
        out("bad err", [e.status, e.content if not isinstance(e.content, list) else e.content[0]["errorCode"]])
    out("restful", sf.restful(f"sobjects/User/{uid}/password", method="GET"))


def paths(login, out):
    sf = Salesforce(**login)
    try:
        out("rep", sf.restful("analytics/reports/00O000000000001", method="GET", params={"includeDetails": "true"}))
    except SalesforceResourceNotFound as e:
        out("rep", [e.status, e.resource_name, e.url.endswith("includeDetails=true")])
    try:
        out("rep2", sf.restful("analytics/reports/query", method="POST", json={"reportMetadata": {}}))
    except SalesforceError as e:
        out("rep2", [e.status, e.resource_name])
    out("limits", sf.restful("limits", params=None)["DailyApiRequests"]["Max"] > 0)
    out(
        "comp",
        sf.restful(
            "composite",
            method="POST",
            json={
                "allOrNone": False,
                "compositeRequest": [
                    {
                        "method": "GET",
                        "referenceId": "r",
                        "url": f"/services/data/v{sf.sf_version}/sobjects/Account/describe",
                    }
                ],
            },
        )["compositeResponse"][0]["httpStatusCode"],
    )
    out(
        "coll",
        [
            r["success"]
            for r in sf.restful(
                "composite/sobjects",
                method="POST",
                data=json.dumps(
                    {"allOrNone": False, "records": [{"attributes": {"type": "Contact"}, "LastName": "c"}]}
                ),
            )
        ],
    )
    out(
        "tree",
        sf.restful(
            "composite/tree/Account",
            method="POST",
            json={"records": [{"attributes": {"type": "Account", "referenceId": "r1"}, "Name": "t"}]},
        )["hasErrors"],
    )
    out("versions", sf._call_salesforce("GET", f"https://{sf.sf_instance}/services/data/").json()[0]["version"] > "20")
    out(
        "headers",
        sf.restful(
            "query/", {"q": "SELECT Id FROM Account LIMIT 1"}, headers={"Sforce-Query-Options": "batchSize=200"}
        )["done"],
    )


def searches(login, out):
    sf = Salesforce(**login)
    for n in ("Waldo One", "Waldo Two"):
        sf.Account.create({"Name": n})
    out(
        "find",
        sorted(
            r["attributes"]["type"]
            for r in sf.search("FIND {Waldo} IN NAME FIELDS RETURNING Account(Id, Name)")["searchRecords"]
        ),
    )
    out("quick", len(sf.quick_search("Waldo")["searchRecords"]))
    try:
        sf.search("FIND")
    except SalesforceMalformedRequest as e:
        out("err", [e.status, e.resource_name, e.content[0]["errorCode"]])


def expired_sessions(login, out, expire):
    sf = Salesforce(**login)
    out("org", sf.query("SELECT Id FROM Organization")["totalSize"])
    expire()
    out("after", sf.query("SELECT Id FROM Organization")["totalSize"])
    expire()
    c = sf.Contact
    out("sftype", c.create({"LastName": "After"})["success"])
    expire()
    out("iter", len(list(sf.query_all_iter("SELECT Id FROM Contact LIMIT 3"))))
    expire()
    out("restful", sf.restful("limits")["DailyApiRequests"]["Max"] > 1)
    expire()
    direct = Salesforce(session_id="00D000000000001!dead", instance=sf.sf_instance, session=sf.session)
    try:
        direct.query("SELECT Id FROM Account")
    except SalesforceExpiredSession as e:
        out("expired", [e.status, e.content[0]["errorCode"], e.resource_name])

    def with_retry(f, n=3):
        for _ in range(n):
            try:
                return f()
            except SalesforceExpiredSession:
                direct.session_id = sf.session_id
                direct.headers["Authorization"] = "Bearer " + sf.session_id
        return None

    sf.query("SELECT Id FROM Account LIMIT 1")
    out("retried", with_retry(lambda: direct.query("SELECT Id FROM Account LIMIT 1"))["totalSize"])


def errors(login, out):
    sf = Salesforce(**login)

    def tryit(name, f):
        try:
            out(name, f())
        except SalesforceMoreThanOneRecord as e:
            out(name, ["more", e.status, len(e.content)])
        except SalesforceMalformedRequest as e:
            out(
                name,
                [
                    "malformed",
                    e.status,
                    e.content[0]["errorCode"],
                    e.content[0].get("message"),
                    e.content[0].get("fields"),
                    e.resource_name,
                ],
            )
        except SalesforceResourceNotFound as e:
            out(name, ["404", e.status, e.content[0]["errorCode"], e.resource_name])
        except SalesforceRefusedRequest as e:
            out(name, ["refused", e.status, e.content])
        except SalesforceGeneralError as e:
            out(name, ["general", e.status, e.content])
        except SalesforceError as e:
            out(name, ["error", e.status])

    tryit("req", lambda: sf.Contact.create({}))
    tryit("field", lambda: sf.Contact.create({"LastNam": "x"}))
    tryit("long", lambda: sf.Contact.create({"LastName": "x" * 300}))
    tryit("id", lambda: sf.Contact.get("bogus"))
    tryit("type", lambda: sf.query("SELECT Id FROM Bogus"))
    tryit("query", lambda: sf.query("SELECT Id FROM"))
    tryit("query_more", lambda: sf.query_more("01gbogus-2000"))
    tryit("query_more url", lambda: sf.query_more("/services/data/v59.0/query/01gbogus-2000", True))
    tryit("custom id", lambda: sf.Account.get_by_custom_id("ERP_Id__c", "nope"))
    tryit("custom field", lambda: sf.Account.get_by_custom_id("Nope__c", "nope"))
    tryit("upd", lambda: sf.Contact.update("003000000000999AAA", {"LastName": "x"}))
    tryit("del", lambda: sf.Contact.delete("003000000000999AAA"))
    tryit("ro", lambda: sf.Contact.create({"LastName": "x", "CreatedDate": "2020-01-01"}))
    tryit("pick", lambda: sf.Opportunity.create({"Name": "x", "StageName": "Nope", "CloseDate": "2026-01-01"}))
    tryit("date", lambda: sf.Opportunity.create({"Name": "x", "StageName": "Prospecting", "CloseDate": "soon"}))
    tryit("ref", lambda: sf.Contact.create({"LastName": "x", "AccountId": "001000000000999AAA"}))
    tryit("badref", lambda: sf.Contact.create({"LastName": "x", "AccountId": "zzz"}))
    sf.Account.create({"Name": "d", "ERP_Id__c": "DUP"})
    tryit("dup", lambda: sf.Account.create({"Name": "d", "ERP_Id__c": "DUP"}))
    tryit("post restful", lambda: sf.restful("sobjects/Contact", method="POST", json={}))
    tryit("405", lambda: sf.restful("sobjects/Contact", method="PUT", json={}))
    tryit("nolist", lambda: sf.restful("nope/nope"))
    tryit("apex", lambda: sf.apexecute("nope"))
    tryit("describe", lambda: sf.Nope__c.describe())
    tryit("layout", lambda: sf.Account.describe_layout("012000000000999"))
    tryit("login", lambda: Salesforce(username="x", password="y", security_token="z", session=login["session"]))
    try:
        Salesforce(username="x", password="y", security_token="z", session=login["session"])
    except SalesforceAuthenticationFailed as e:
        out(
            "auth", [e.code, e.auth_message, e.status, str(e).startswith("Authentication failed (code: INVALID_LOGIN)")]
        )


def logins(login, out):
    kw = {k: login[k] for k in ("username", "password", "security_token", "session")}
    session_id, instance = SalesforceLogin(**kw)
    out("inst", "." in instance or ":" in instance)
    sf = Salesforce(instance=instance, session_id=session_id, session=kw["session"])
    out("q", sf.query("SELECT Id FROM Organization")["totalSize"])
    out("type", sf.auth_type)
    sf = Salesforce(instance_url="https://" + instance, session_id=session_id, session=kw["session"], version="58.0")
    out("ver", sf.base_url.split("/")[-2])
    out("q2", sf.Account.describe()["name"])
    contact = SFType("Contact", session_id, instance, session=kw["session"])
    made = contact.create({"LastName": "SFType"})
    out("made", contact.get(made["id"])["LastName"])
    out("upd", contact.update(made["id"], {"FirstName": "u"}))
    sf2 = Salesforce(
        username=kw["username"],
        password=kw["password"],
        organizationId=sf.query("SELECT Id FROM Organization")["records"][0]["Id"],
        session=kw["session"],
    )
    out("ip", sf2.auth_type)
    sf3 = Salesforce(**kw, object_pairs_hook=dict, parse_float=str, client_id="MyApp")
    out("hook", type(sf3.limits()).__name__)
    sf3.headers["Sforce-Auto-Assign"] = "FALSE"
    out("auto", sf3.Case.create({"Subject": "x"})["success"])
    for obj in ("Account", "Contact"):
        out(obj, [f["name"] for f in getattr(sf3, obj).describe()["fields"]][:3])
    out("objs", len([o for o in sf3.describe()["sobjects"] if o["queryable"]]) > 5)
    now = datetime.now(timezone.utc)
    out("updated", sorted(sf3.Contact.updated(now - timedelta(days=1), now)))
    out("paging", page_all(sf3))


def page_all(sf):
    res = sf.query("SELECT Id FROM Contact", headers={"Sforce-Query-Options": "batchSize=200"})
    n = len(res["records"])
    while not res["done"]:
        res = sf.query_more(res["nextRecordsUrl"], True)
        n += len(res["records"])
    return n == res["totalSize"]
