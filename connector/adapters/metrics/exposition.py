"""The page that Prometheus reads: figures of the store as it is now, and the counters of the processes."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from connector.domain.circuit import CircuitState
from connector.errors import TemporaryError
from connector.ports import JobStatus
from connector.services.operations.take_figures import Figures

log = structlog.get_logger(__name__)

_MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"


def metrics_page(
    counters: CollectorRegistry,
    take_figures: Callable[[], Figures],
    unfinished_jobs: Callable[[], Sequence[JobStatus]],
) -> bytes:
    """In the text format 0.0.4. Raises what take_figures raises where the store cannot be read."""
    page = CollectorRegistry()
    if os.environ.get(_MULTIPROCESS):
        MultiProcessCollector(page)  # type: ignore[no-untyped-call]  # the library leaves it untyped
        counted = generate_latest(page)
    else:
        counted = generate_latest(counters)
    stored = CollectorRegistry()
    stored.register(_Stored(take_figures(), _by_state(unfinished_jobs)))
    return counted + generate_latest(stored)


def _by_state(unfinished_jobs: Callable[[], Sequence[JobStatus]]) -> Mapping[tuple[str, str], int] | None:
    """None where the job database does not answer: no figure is better than a wrong one."""
    try:
        return Counter((job.name, job.state) for job in unfinished_jobs())
    except TemporaryError as error:
        log.warning("jobs_not_counted", code=error.code)
        return None


class _Stored(Collector):
    def __init__(self, figures: Figures, jobs: Mapping[tuple[str, str], int] | None) -> None:
        self._figures, self._jobs = figures, jobs

    def collect(self) -> Iterator[GaugeMetricFamily]:
        told = self._figures
        yield _gauge("gifting_gifts", "Gifts by state of their request.", "state", told.gifts)
        yield _gauge("gifting_gift_stages", "Gifts that were sent, by stage.", "stage", told.stages)
        yield _gauge("gifting_inbox", "Webhook deliveries, by what became of them.", "outcome", told.inbox)
        yield GaugeMetricFamily(
            "gifting_unwritten_gifts", "Gifts with news for Salesforce.", value=told.unwritten
        )
        yield GaugeMetricFamily(
            "gifting_jobs_undispatched", "Jobs the engine was not told of yet.", value=told.jobs_undispatched
        )
        yield _gauge(
            "gifting_oldest_waiting_seconds", "How long the oldest waits.", "queue", told.waiting_seconds
        )
        used = {org_id: used for org_id, (used, _) in told.api_calls.items()}
        allocated = {org_id: allocation for org_id, (_, allocation) in told.api_calls.items()}
        yield _gauge("gifting_api_calls_used", "API calls of the last 24 hours, as last read.", "org", used)
        yield _gauge(
            "gifting_api_calls_allocated", "API calls that 24 hours allow, as last read.", "org", allocated
        )
        yield _gauge(
            "gifting_worker_silent_seconds",
            "Since a worker's last sign of life.",
            "worker",
            told.worker_silent_seconds,
        )
        yield self._circuits()
        if self._jobs is not None:
            jobs = GaugeMetricFamily("gifting_jobs", "Unfinished jobs.", labels=("job", "state"))
            for labels, count in self._jobs.items():
                jobs.add_metric(labels, count)
            yield jobs

    def _circuits(self) -> GaugeMetricFamily:
        labels = ("account", "state")
        family = GaugeMetricFamily("gifting_circuit", "1 for the state that an account is in.", labels=labels)
        for account_id, current in self._figures.circuits.items():
            for state in CircuitState:
                family.add_metric((account_id, state.value), float(state is current))
        return family


def _gauge(name: str, text: str, label: str, values: Mapping[Any, float]) -> GaugeMetricFamily:
    """values: by the value of the label, which is text or an enum of texts."""
    family = GaugeMetricFamily(name, text, labels=(label,))
    for value_of_label, value in values.items():
        family.add_metric((value_of_label,), value)
    return family
