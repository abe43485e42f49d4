"""What is measured, and the page that tells it."""

from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry

from connector.adapters.metrics.counters import Counters
from connector.adapters.metrics.exposition import metrics_page
from connector.parts.base import Parts
from connector.ports import JobStatus
from connector.services.operations.take_figures import TakeFigures

if TYPE_CHECKING:
    from connector.adapters.jobs.dbos_engine import DbosEngine


class MetricsParts(Parts):
    """Counters of this process, figures of the store."""

    @property
    @abstractmethod
    def engine(self) -> "DbosEngine": ...

    @cached_property
    def counters(self) -> Counters:
        return Counters(CollectorRegistry())

    @property
    def metrics_token(self) -> str:
        return self.settings.metrics_token.get_secret_value()

    @property
    def take_figures(self) -> TakeFigures:
        return TakeFigures(self.store, self.clock)

    def metrics_page(self) -> bytes:
        return metrics_page(self.counters.registry, self.take_figures, self._unfinished_jobs)

    def _unfinished_jobs(self) -> list[JobStatus]:
        self.engine.connect()
        return self.engine.unfinished()
