"""The words that names, addresses and subjects are made of."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words(
    """
    Anna Ben Carla David Elif Felix Grace Hugo Ines Jakob Karin Liam Mira Noah Olga Paul Quentin Rosa Samir
    Tilda Uwe Vera Willem Xenia Yusuf Zoë Łukasz François Åsa José Siobhán 健太 美咲
    """
)

LAST_NAMES = _words(
    """
    Abbott Bauer Costa Diaz Evans Fischer García Hansen Ivanova Jansen Keller Lehmann Müller Nowak O'Brien
    Petersen Quinn Rossi Schmidt Tanaka Ueda Visser Weber Xu Yılmaz Zimmermann Ångström Brontë D'Souza
    Garcia-Lopez Hoffmann Kowalski Lindqvist McAllister Nakamura Okafor Park Richter Santos Thompson Vermeer
    Vogel Williams Young 佐藤
    """
)

COMPANY_STEMS = _words(
    """
    Alder Beacon Cedar Delta Ember Fjord Granite Harbour Iris Juniper Kestrel Larch Meadow Northwind Orchard
    Pioneer Quarry Ridge Summit Tern Umber Valley Willow Xylo Yarrow Zenith
    """
)
COMPANY_TRADES = _words(
    """
    Bakeries Breweries Dairy Estates Foods Glassworks Hospitals Hotels Housing Laundries Logistics Metals Mills
    Nurseries Paper Plastics Printing Schools Shipping Textiles Timber Utilities Wineries
    """
)
COMPANY_FORMS = ("AG", "BV", "GmbH", "Group", "Ltd", "& Sons", "Inc", "Coop")

TITLES = (
    "Facility Manager",
    "Head of Procurement",
    "Chief Executive Officer",
    "Energy Officer",
    "Site Manager",
    "Controller",
    "Maintenance Engineer",
    "Office Manager",
    "Head of Sustainability",
    "Board Member",
)
DEPARTMENTS = ("Facilities", "Procurement", "Management", "Finance", "Operations", "Technology")
STREETS = (
    "Harbour Street",
    "Mill Lane",
    "Station Road",
    "Lindenallee",
    "Am Sonnenhang",
    "Keizersgracht",
    "Church Hill",
    "Bahnhofstraße",
    "Kerkstraat",
    "Rowan Close",
)

# City, state, start of the postal code, country, region of a site, latitude, longitude.
CITIES = (
    ("Hamburg", "Hamburg", "20", "Germany", "North", 53.5511, 9.9937),
    ("München", "Bayern", "80", "Germany", "Bavaria", 48.1372, 11.5756),
    ("Leipzig", "Sachsen", "04", "Germany", "Saxony", 51.3397, 12.3731),
    ("Freiburg", "Baden-Württemberg", "79", "Germany", "South", 47.999, 7.8421),
    ("Amsterdam", "Noord-Holland", "10", "Netherlands", "Randstad", 52.3728, 4.8936),
    ("Groningen", "Groningen", "97", "Netherlands", "North", 53.2194, 6.5665),
    ("Eindhoven", "Noord-Brabant", "56", "Netherlands", "South", 51.4416, 5.4697),
    ("Cardiff", "Wales", "CF", "United Kingdom", "Wales", 51.4816, -3.1791),
    ("Aberdeen", "Scotland", "AB", "United Kingdom", "Scotland", 57.1497, -2.0943),
    ("Newcastle upon Tyne", "Tyne and Wear", "NE", "United Kingdom", "North", 54.9783, -1.6178),
)

# Product code, name, family, list price, rated power in kilowatts.
PRODUCTS = (
    ("PV-400", "Solar module 400 W", "Solar", 149.9, 0.4),
    ("PV-450", "Solar module 450 W, all black", "Solar", 189.5, 0.45),
    ("INV-10", "Inverter 10 kW", "Solar", 2190.0, 10.0),
    ("INV-50", "Inverter 50 kW", "Solar", 6890.0, 50.0),
    ("HP-8", "Heat pump 8 kW", "Heat pump", 9450.0, 8.0),
    ("HP-16", "Heat pump 16 kW", "Heat pump", 14980.0, 16.0),
    ("HP-60", "Heat pump 60 kW, commercial", "Heat pump", 48700.0, 60.0),
    ("BAT-10", "Battery 10 kWh", "Battery", 5990.0, 5.0),
    ("BAT-100", "Battery 100 kWh, container", "Battery", 41500.0, 50.0),
    ("WB-11", "Wallbox 11 kW", "Wallbox", 799.0, 11.0),
    ("WB-22", "Wallbox 22 kW", "Wallbox", 1099.0, 22.0),
    ("SRV-FULL", "Full service, one year", "Service", 1250.0, None),
    ("SRV-INSP", "Yearly inspection", "Service", 390.0, None),
    ("OIL-20", "Oil burner 20 kW", "Oil burner", 3200.0, 20.0),
)

FAULTS = (
    "Inverter shows error {code}",
    "Heat pump is louder than before",
    "No yield since {day}",
    "Display stays dark",
    'Message "grid failure" on the display',
    "Battery does not charge",
    "Wallbox refuses the car (code {code})",
    "Water under the outdoor unit",
)
QUESTIONS = (
    "When is the next inspection?",
    "Question about invoice {code}",
    "Please send the data sheet",
    "Change of our billing address",
    "Can we add a second battery?",
)
