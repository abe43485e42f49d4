"""The moments between two effects, named: the one list of them.

The services report each moment to the Checkpoint they were given. In production it writes a debug line; the
crash tests pass one that kills the process there.
"""

from collections.abc import Callable
from enum import StrEnum


class Step(StrEnum):
    """Each name says what has just happened and is not followed by anything yet."""

    PLAN_PAGE_COMMITTED = "plan_sync.page_committed"
    JOBS_DISPATCHED = "dispatch_jobs.jobs_started"
    INTENT_COMMITTED = "request_gift.intent_committed"
    ABOUT_TO_ASK = "request_gift.about_to_ask"
    PROVIDER_ANSWERED = "request_gift.provider_answered"
    OUTCOME_COMMITTED = "request_gift.outcome_committed"
    UNKNOWN_LOOKED_UP = "settle_unknown.looked_up"
    UNKNOWN_SETTLED = "settle_unknown.settled"
    INBOX_COMMITTED = "receive_event.inbox_committed"
    EVENTS_COMMITTED = "apply_event.committed"
    GIFTS_WRITTEN = "write_back.gifts_written"
    GIFTS_MARKED = "write_back.gifts_marked"
    TASKS_INTENT_COMMITTED = "write_back.tasks_intent_committed"
    RECORDS_WRITTEN = "write_back.records_and_tasks_written"
    TASKS_MARKED = "write_back.tasks_marked"
    VERSIONS_COMMITTED = "write_back.versions_committed"


Checkpoint = Callable[[Step], None]
