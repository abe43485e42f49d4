"""Keys that exist for one test."""

from cryptography.fernet import Fernet, MultiFernet


def new_cipher() -> MultiFernet:
    return MultiFernet([Fernet(Fernet.generate_key())])
