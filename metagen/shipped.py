"""What an installed metagen carries: a description to start from, and the package, ready to deploy.

The wheel holds it in metagen/shipped; in a checkout of the repository it stands at the top, and the package
is deployed from there by CumulusCI.
"""

import shutil
from pathlib import Path

from metagen.errors import MetagenError

SHIPPED = Path(__file__).resolve().parent / "shipped"
CHECKOUT = SHIPPED.parents[1]
STARTING_FOLDERS = ("spec", "templates", "force-app/main/default")


class NotShipped(MetagenError):
    """What was asked for is not carried here; the text says where it is."""


class FolderInUse(MetagenError):
    """There is something already where a project was to begin."""


def start_project(folder: Path) -> None:
    """Description, templates and hand-written parts into a folder, for `render` to make a package of.

    Raises FolderInUse where the folder holds one of them already; nothing is overwritten.
    """
    source = SHIPPED if SHIPPED.is_dir() else CHECKOUT
    taken = [name for name in STARTING_FOLDERS if (folder / name).exists()]
    if taken:
        raise FolderInUse(f"{folder} holds {', '.join(taken)} already: name an empty folder")
    for name in STARTING_FOLDERS:
        shutil.copytree(source / name, folder / name)


def package_zip() -> bytes:
    """The package of this version in the Metadata API's format.

    Raises NotShipped in a checkout, where the package is what spec/ says at the moment.
    """
    path = SHIPPED / "package.zip"
    if not path.is_file():
        raise NotShipped("This is a checkout: deploy force-app from here with `cci` or `sf`")
    return path.read_bytes()
