"""The operations of the Metadata API, by the name of their body element."""

from collections.abc import Callable

from lxml import etree

from emulators.salesforce.org import Org

Operation = Callable[[Org, etree._Element], list[etree._Element]]

OPERATIONS: dict[str, Operation] = {}
