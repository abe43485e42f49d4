"""What the demo shows at the end: tables of what the org answered."""

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from demo.readback import OrgState, Row


def show(console: Console, state: OrgState, *, api_calls: Mapping[str, int]) -> None:
    """Print the state of the org, each table from one SOQL query."""
    console.print()
    console.rule("Read back from the org by SOQL", align="left")
    _gifts(console, state.gifts)
    _counted(console, "Campaign members by status", Counter(m["Status"] for m in state.members))
    _people(console, state)
    _counted(console, "Timeline entries (completed Tasks)", Counter(t["Subject"] for t in state.tasks))
    _counted(console, "Salesforce API calls", api_calls)


def _gifts(console: Console, gifts: Sequence[Row]) -> None:
    table = Table(title="Gift__c by send and order status", title_justify="left")
    table.add_column("Send status")
    table.add_column("Order status")
    table.add_column("Gifts", justify="right")
    table.add_column("Value", justify="right")
    groups: Counter[tuple[str, str]] = Counter()
    values: Counter[tuple[str, str]] = Counter()
    for gift in gifts:
        key = (gift["Send_Status__c"], gift["Order_Status__c"])
        groups[key] += 1
        values[key] += round((gift["Gift_Value__c"] or 0) * 100)
    for key, count in groups.most_common():
        table.add_row(*key, str(count), f"{values[key] / 100:,.2f}")
    table.add_section()
    table.add_row("all", "", str(len(gifts)), f"{sum(values.values()) / 100:,.2f}")
    console.print(table)


def _people(console: Console, state: OrgState) -> None:
    table = Table(title="Gift fields on the people", title_justify="left")
    for column in ("", "Sent", "Redeemed", "Delivered", "Lifetime gifting cost"):
        table.add_column(column, justify="left" if not column else "right")
    for label, people in (("Contacts", state.contacts), ("Leads", state.leads)):
        table.add_row(
            label,
            *(
                str(sum(1 for person in people if person[field]))
                for field in ("Gift_Sent_Date__c", "Gift_Redeemed_Date__c", "Gift_Delivery_Date__c")
            ),
            f"{sum(person['Lifetime_Gifting_Cost__c'] or 0 for person in people):,.2f}",
        )
    console.print(table)


def _counted(console: Console, title: str, counts: Mapping[str, int]) -> None:
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for word, count in sorted(counts.items(), key=lambda item: -item[1]):
        table.add_row(word, f"{count:,}")
    console.print(table)
