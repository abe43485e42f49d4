"""Loading what takes long to load, in a process that begins."""

import gc
import sys
from importlib import import_module


def load(*modules: str) -> None:
    """Import modules by name, so that importing from them later costs nothing.

    Does nothing where they are there. What they make stays for as long as the process does: looking through
    it for garbage while it grows, and once more at the end, would be a quarter of what a short command costs.
    """
    missing = [name for name in modules if name not in sys.modules]
    if not missing or not gc.isenabled():
        return
    gc.disable()
    try:
        for name in missing:
            import_module(name)
    finally:
        gc.freeze()
        gc.enable()
