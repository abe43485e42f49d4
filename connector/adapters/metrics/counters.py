"""What processes count. With PROMETHEUS_MULTIPROC_DIR set, the processes that share it are summed up.

No label names a person, and none can be chosen by whoever calls us.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram

from connector.errors import ConnectorError

_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120)


class Counters:
    """The counters of one process. registry: one of its own, so that tests stand beside each other."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.provider_calls = Histogram(
            "gifting_provider_call_seconds",
            "Calls to gifting platforms, by what came of them.",
            ("account", "operation", "outcome"),
            buckets=_SECONDS,
            registry=registry,
        )
        self.salesforce_calls = Histogram(
            "gifting_salesforce_call_seconds",
            "What was asked of Salesforce, by what came of it; one may take several API calls.",
            ("org", "operation", "outcome"),
            buckets=_SECONDS,
            registry=registry,
        )
        self.records_written = Counter(
            "gifting_salesforce_records_written",
            "Records of the write-back, by what became of each.",
            ("org", "sobject", "outcome"),
            registry=registry,
        )
        self.webhooks = Histogram(
            "gifting_webhook_seconds",
            "Webhooks, from the verification to the commit.",
            ("outcome",),
            buckets=_SECONDS,
            registry=registry,
        )

    @contextmanager
    def timed(self, histogram: Histogram, *labels: str) -> Iterator[None]:
        """Observes how long the block took, with how it ended as the last label."""
        began, outcome = perf_counter(), "ok"
        try:
            yield
        except Exception as error:
            outcome = outcome_of(error)
            raise
        finally:
            histogram.labels(*labels, outcome).observe(perf_counter() - began)


def outcome_of(error: Exception) -> str:
    """The kind of an error: one of ours by its name; others are defects."""
    return type(error).__name__ if isinstance(error, ConnectorError) else "defect"
