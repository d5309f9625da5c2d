"""What is sold and to whom: products, price books, opportunities with their line items and contact roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .words import PRODUCTS

if TYPE_CHECKING:
    from datetime import date

    from .org import Org, Record

# Stage, probability in percent, forecast category and its name.
_STAGES = (
    ("Prospecting", 10, "Pipeline", "Pipeline"),
    ("Qualification", 10, "Pipeline", "Pipeline"),
    ("Needs Analysis", 20, "Pipeline", "Pipeline"),
    ("Proposal/Price Quote", 75, "BestCase", "Best Case"),
    ("Negotiation/Review", 90, "Forecast", "Commit"),
    ("Closed Won", 100, "Closed", "Closed"),
    ("Closed Won", 100, "Closed", "Closed"),
    ("Closed Lost", 0, "Omitted", "Omitted"),
)
_ROLES = ("Decision Maker", "Evaluator", "Economic Buyer", "Technical Buyer", "Influencer")


def add_catalogue(org: Org) -> None:
    """Add the products and two price books: the standard one and one for partners, 12 % below."""
    for code, name, family, _, power in PRODUCTS:
        org.add(
            "Product2",
            Name=name,
            ProductCode=code,
            Family=family,
            IsActive=family != "Oil burner",
            StockKeepingUnit=f"SW-{code}",
            QuantityUnitOfMeasure="Each",
            Rated_Power__c=power,
            Data_Sheet__c=f"https://www.sonnwend.example/sheets/{code.lower()}.pdf" if power else None,
        )
    org.add("Pricebook2", Name="Standard Price Book", IsActive=True, IsStandard=True)
    org.add("Pricebook2", Name="Partners", IsActive=True, Description="For installation partners: 12 % off.")
    for book, share in zip(org.tables["Pricebook2"], (100, 88), strict=True):
        for product, (code, name, _, price, _) in zip(org.tables["Product2"], PRODUCTS, strict=True):
            org.add(
                "PricebookEntry",
                Name=name,
                ProductCode=code,
                Pricebook2Id=book["Id"],
                Product2Id=product["Id"],
                UnitPrice=round(price * share / 100, 2),
                IsActive=product["IsActive"],
            )


def add_opportunities(org: Org, count: int) -> None:
    """Add opportunities of customers, most of them with line items that make up the amount."""
    contacts: dict[str, list[Record]] = {}
    for contact in org.tables["Contact"]:
        contacts.setdefault(contact["AccountId"], []).append(contact)
    sites: dict[str, list[Record]] = {}
    for site in org.tables["Site__c"]:
        sites.setdefault(site["Account__c"], []).append(site)
    for number in range(1, count + 1):
        account = org.chance.one_of(org.tables["Account"])
        opportunity = _add_opportunity(org, number, account, sites.get(account["Id"], []))
        if org.chance.percent(85):
            _add_line_items(org, opportunity)
        _set_amounts(org, opportunity)
        _add_contact_roles(org, opportunity, contacts.get(account["Id"], []))


def _add_opportunity(org: Org, number: int, account: Record, sites: list[Record]) -> Record:
    chance = org.chance
    stage, probability, category, category_name = chance.one_of(_STAGES)
    closed = stage.startswith("Closed")
    closes: date = chance.day(-700, -1) if closed else chance.day(1, 240)
    wanted = chance.one_of(("Solar roof", "Heat pump", "Battery", "Wallboxes", "Service contract"))
    campaign = chance.one_of(org.tables["Campaign"]) if chance.percent(20) else None
    return org.add(
        "Opportunity",
        Name=f"{account['Name'][:90]}: {wanted}",
        AccountId=account["Id"],
        StageName=stage,
        Probability=probability,
        ForecastCategory=category,
        ForecastCategoryName=category_name,
        CloseDate=closes.isoformat(),
        IsClosed=closed,
        IsWon=stage == "Closed Won",
        Type=chance.one_of(("New Business", "Add-On Business", "Services")),
        LeadSource=account["AccountSource"],
        NextStep=None if closed else chance.one_of(("Call back", "Visit the site", "Send the quote", None)),
        CampaignId=campaign["Id"] if campaign else None,
        FiscalYear=closes.year,
        FiscalQuarter=(closes.month + 2) // 3,
        Fiscal=f"{closes.year} {(closes.month + 2) // 3}",
        Site__c=chance.one_of(sites)["Id"] if sites else None,
        Loss_Reason__c=chance.one_of(("Price", "Delivery time", "Competitor")) if stage == "Closed Lost" else None,
        Discount__c=chance.decimal(0, 15, 1) if chance.percent(40) else None,
        Quote_Id__c=f"Q-{2_000_000 + number}",
    )


def _add_line_items(org: Org, opportunity: Record) -> None:
    standard, partners = org.tables["Pricebook2"]
    book = partners if org.chance.percent(10) else standard
    entries = [one for one in org.tables["PricebookEntry"] if one["Pricebook2Id"] == book["Id"] and one["IsActive"]]
    opportunity.update(Pricebook2Id=book["Id"], HasOpportunityLineItem=True)
    for position, entry in enumerate(org.chance.some_of(entries, 3), 1):
        quantity = org.chance.number(1, 60)
        org.add(
            "OpportunityLineItem",
            OpportunityId=opportunity["Id"],
            PricebookEntryId=entry["Id"],
            Product2Id=entry["Product2Id"],
            ProductCode=entry["ProductCode"],
            Name=f"{opportunity['Name']} {entry['Name']}",
            SortOrder=position,
            Quantity=quantity,
            UnitPrice=entry["UnitPrice"],
            ListPrice=entry["UnitPrice"],
            TotalPrice=round(quantity * entry["UnitPrice"], 2),
        )


def _set_amounts(org: Org, opportunity: Record) -> None:
    items = _items_of(org, opportunity)
    amount = round(sum(item["TotalPrice"] for item in items), 2) if items else org.chance.number(2, 400) * 250
    opportunity.update(
        Amount=amount,
        TotalOpportunityQuantity=sum(item["Quantity"] for item in items) if items else None,
        ExpectedRevenue=round(amount * opportunity["Probability"] / 100, 2),
        Amount_After_Discount__c=round(amount * (1 - (opportunity["Discount__c"] or 0) / 100), 2),
    )
    for campaign in org.tables["Campaign"]:
        if campaign["Id"] == opportunity["CampaignId"]:
            won = opportunity["IsWon"]
            campaign["NumberOfOpportunities"] += 1
            campaign["NumberOfWonOpportunities"] += won
            campaign["AmountAllOpportunities"] += round(amount)
            campaign["AmountWonOpportunities"] += round(amount) if won else 0


def _items_of(org: Org, opportunity: Record) -> list[Record]:
    # The opportunity is the newest, so its line items are the last ones.
    found: list[Record] = []
    for item in reversed(org.tables.get("OpportunityLineItem", [])):
        if item["OpportunityId"] != opportunity["Id"]:
            break
        found.append(item)
    return found


def _add_contact_roles(org: Org, opportunity: Record, contacts: list[Record]) -> None:
    if contacts:
        for position, contact in enumerate(org.chance.some_of(contacts, 2)):
            org.add(
                "OpportunityContactRole",
                OpportunityId=opportunity["Id"],
                ContactId=contact["Id"],
                Role=org.chance.one_of(_ROLES),
                IsPrimary=position == 0,
            )
