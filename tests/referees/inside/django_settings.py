"""django-salesforce's own test settings, with a second user and a runner that reports in JSON.

Runs in the referees' environment; the org and the users come by environment variables.
"""

import os

from salesforce.testrunner.settings import *  # noqa: F403 -- settings are made by inheriting names
from salesforce.testrunner.settings import DATABASES

TEST_RUNNER = "django_reporting.ReportingRunner"
LOGGING = {"version": 1, "disable_existing_loggers": True}
SF_EXAMPLE_CUSTOM_INSTALLED = True

DATABASES["salesforce_second"] = {**DATABASES["salesforce"], "USER": os.environ["SF_SECOND_USER"]}
