"""Right and wrong uses of the generated clients; each wrong line says so at its end."""

import datetime as dt

from apex_org import Salesforce
from apex_org.apex.orders_models import Card, Invoice, Order, OrderLine, PostRequest, Ticket
from apex_org.apex.user_activity_models import Activity, PageTarget, PostResponse, RecordTarget

NOW = dt.datetime.now(dt.UTC)


def right(sf: Salesforce) -> None:
    target = PageTarget(type="page", url="/")
    activity = Activity(kind="login", at=NOW, target=target, class_="c", page_title="t", duration=None)
    kept: PostResponse = sf.apex.user_activity.post("005", activity)
    total: dict[str, int] | None = kept.totals
    where: RecordTarget | PageTarget = kept.activity.target
    first: Activity = sf.apex.user_activity.list_activity("005", kind="export", tags=["a"], since=NOW)[0]
    report: str = sf.apex.user_activity.get_report("005", headers={"X": "y"}, timeout=3.0)
    sf.apex.user_activity.delete("005", before=dt.date.today())
    made: Order | Ticket = sf.apex.orders.post(PostRequest(lines=[OrderLine(product="p", quantity=1)]))
    changed: bool = sf.apex.orders.put(5, "text")
    payment: Card | Invoice | None = sf.apex.orders.get(5, class_="full", expand=["a"]).payment
    print(total, where, first, report, made, changed, payment)


def wrong(sf: Salesforce) -> None:
    sf.apex.user_activities  # wrong
    sf.apex.user_activity.post("005", {"kind": "login"})  # wrong
    sf.apex.user_activity.post("005")  # wrong
    sf.apex.user_activity.list_activity("005", kind="other")  # wrong
    sf.apex.user_activity.list_activity("005", since="yesterday")  # wrong
    sf.apex.user_activity.delete("005")  # wrong
    sf.apex.orders.get("five")  # wrong
    sf.apex.orders.get(5).totl  # wrong
    PageTarget(type="record", url="/")  # wrong
    OrderLine(product="p")  # wrong
