"""Formulas as far as validation rules and default values need them.

Supported: fields of the record itself, literals, arithmetic, comparison, `&` `&&` `||` `!`, and the functions
named in `functions.py`. Everything else is refused by name when it is deployed, never skipped.
"""

from emulators.salesforce.formula.checking import check, check_field, depends_on_reader, fields_in
from emulators.salesforce.formula.kinds import Kind, kind_of_field

__all__ = ["Kind", "check", "check_field", "depends_on_reader", "fields_in", "kind_of_field"]
