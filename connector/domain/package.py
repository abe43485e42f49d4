"""The package that this connector was made with.

Derived from spec/package.yml: edit that file and run `metagen render`.
"""

NEWEST_VERSION = "0.1.0"
