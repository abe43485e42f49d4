"""connector/domain/package.py: which package the connector was made with."""

from metagen.model.package import Package

MODULE_PATH = "connector/domain/package.py"
_MODULE = '''"""The package that this connector was made with.

Derived from spec/package.yml: edit that file and run `metagen render`.
"""

NEWEST_VERSION = "{version}"
'''


def render_package_module(package: Package) -> bytes:
    """The module's bytes, formatted as `ruff format` leaves them."""
    return _MODULE.format(version=package.version).encode()
