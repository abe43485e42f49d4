"""Price book entries: what they are called, and that a product has one price in a price book."""

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.errors import SalesforceError


def take_names(dml: Writing, row: Row, _old: Row | None) -> None:
    """Name and code are the product's."""
    product = dml.read("Product2", row["Product2Id"]) if row["Product2Id"] else None
    if product is not None:
        row |= {"Name": product["Name"], "ProductCode": product["ProductCode"]}


def check_single(dml: Writing, row: Row, old: Row | None) -> None:
    """Raises DUPLICATE_VALUE for a second price of a product in a price book."""
    if old is not None:
        return
    found = dml.org.db.one(
        'SELECT 1 FROM "PricebookEntry" WHERE "Product2Id" = ? AND "Pricebook2Id" = ? AND "IsDeleted" = 0',
        (row["Product2Id"], row["Pricebook2Id"]),
    )
    if found:
        raise SalesforceError("DUPLICATE_VALUE", "This price definition already exists in this price book")
