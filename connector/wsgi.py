"""The web application for WSGI servers: gunicorn -w 4 --threads 8 'connector.wsgi:create_app()'."""

from flask import Flask

from connector.app import Container
from connector.config import load_settings
from connector.logs import set_up_logs
from connector.web import application


def create_app() -> Flask:
    """The application over the settings in the environment. Starts no worker.

    Raises ConfigurationError where the settings, the key file or the database's version are wrong.
    """
    settings = load_settings()
    set_up_logs(log_format=settings.log_format, log_level=settings.log_level)
    container = Container(settings)
    container.sql_store.check_version()
    return application.create_app(container)
