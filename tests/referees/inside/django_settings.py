"""django-salesforce's own test settings, with sessions of the local org and a runner that reports in JSON.

Runs in the referees' environment; addresses and tokens come by environment variables.
"""

import os

from salesforce.testrunner.settings import *  # noqa: F403 -- settings are made by inheriting names
from salesforce.testrunner.settings import DATABASES

TEST_RUNNER = "django_reporting.ReportingRunner"
LOGGING = {"version": 1, "disable_existing_loggers": True}
SF_EXAMPLE_CUSTOM_INSTALLED = True

_org = {
    **DATABASES["salesforce"],
    "AUTH": "django_token.TokenAuth",
    "CONSUMER_KEY": "unused",
    "CONSUMER_SECRET": "unused",
}
DATABASES |= {
    "salesforce": {**_org, "PASSWORD": os.environ["SF_TOKEN"]},
    "salesforce_second": {
        **_org,
        "USER": os.environ["SF_SECOND_USER"],
        "PASSWORD": os.environ["SF_SECOND_TOKEN"],
    },
}
