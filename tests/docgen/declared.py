"""Commands of the manual that no session runs, each with the reason. All others are run.

They are checked to exist, with every option, all the same.
"""

# Page, how the command begins, why it is not run.
NEEDS_A_REAL_ORG = [
    ("docs/admin/install.md", "cci org connect", "needs a real org and a person at a browser"),
]
# Run on a connector of their own, by tests/docgen/test_following_runbook.py.
_RUNBOOK = "docs/runbook.md"
NEEDS_A_STOPPED_CONNECTOR = [
    (_RUNBOOK, "connector db restore backup", "needs a connector that is stopped"),
]
_SUITES = "robot/README.md"
NEEDS_A_DEV_HUB = [(_SUITES, "cci org scratch", "needs a Dev Hub")]
RUN_BY_MAKE_ROBOT = [
    (_SUITES, begins, "tests/robot runs the suites as `make robot` does")
    for begins in ("cci task run robot", "export GIFTING_CONNECTOR")
]
NEEDS_POSTGRESQL = [
    (_RUNBOOK, begins, "needs PostgreSQL")
    for begins in (
        "psql ",
        "connector db copy",
        "export CONNECTOR_DATABASE_URL",
        "pg_dump",
        "pg_restore",
        "connector db restored",
    )
]
DECLARED = [
    *NEEDS_A_REAL_ORG,
    *NEEDS_A_STOPPED_CONNECTOR,
    *NEEDS_POSTGRESQL,
    *NEEDS_A_DEV_HUB,
    *RUN_BY_MAKE_ROBOT,
    ("docs/quickstart.md", "git clone", "the address is the reader's; make newcomer clones this repository"),
    ("docs/quickstart.md", "cd gifting", "goes with git clone"),
    ("docs/quickstart.md", "make demo", "runs until Ctrl-C; tests/demo/test_demo.py runs it without KEEP"),
    ("docs/quickstart.md", "make setup", "installs a gigabyte; make newcomer runs it"),
    ("docs/existing-connected-app.md", "", "needs an org with a connected app; tests/tasks does the same"),
    ("docs/documentation.md", "make docs-reference", "writes into docs/; a test compares instead"),
    ("docs/documentation.md", "make docs", "part of make test"),
]

# Pages of scripts that a test of its own runs.
SCRIPTS = {
    "CONTRIBUTING.md": "tests/house/test_contributing.py",
    "docs/installing.md": "tests/distribution/test_the_wheel.py",
}

# Sections of the admin guide without a picture: page, heading, and why there is nothing to see.
_IN_SETUP = "in Salesforce's Setup, which the local org does not have"
_AT_A_PROMPT = "commands alone"
WITHOUT_PICTURE = [
    ("docs/admin/api.md", "Make a key", _AT_A_PROMPT),
    ("docs/admin/api.md", "Give it to the org", _IN_SETUP),
    ("docs/admin/api.md", "Ask for a gift", _AT_A_PROMPT),
    ("docs/admin/api.md", "Replace an API key", _AT_A_PROMPT),
    ("docs/admin/connect.md", "The app in Salesforce", _IN_SETUP),
    ("docs/admin/fields.md", "The fields", "they are told in the data dictionary"),
    ("docs/admin/giftsync.md", "Real time, and your own flows", _IN_SETUP),
    ("docs/admin/index.md", "What you need", "nothing is done yet"),
    ("docs/admin/index.md", "What it changes in your org", "nothing is done yet"),
    ("docs/admin/install.md", "Log in once", _AT_A_PROMPT),
    ("docs/admin/install.md", "Ask whether the org can take it", _AT_A_PROMPT),
    ("docs/admin/install.md", "Install", _AT_A_PROMPT),
]
