"""The durable engine: DBOS, one workflow for each job, one queue for each job name.

A queue is partitioned by the first argument of its jobs (the org), and one job of a partition runs at a time.
What the defaults of DBOS would do to us, and what is set against it:
- an application version made of the source would strand jobs at every edit: it is pinned;
- a queue starts work only when it polls, once a second: it polls five times a second, and a job goes on with
  the rows that wait for later ones;
- SQLite without write-ahead log: switched on, once, in the file;
- finished workflows are kept for ever: purge() deletes them;
- the work of a process that never comes back stays with it: rescue() queues it again;
- a claim whose answer was lost, as when the database restarts, stays with a worker that does not know of it,
  and nothing of that org runs any more: take_up_lost() finds and queues it;
- two pools of twenty connections for each process: small ones;
- on SQLite a thread sleeps for a second between looks at messages, which no job of ours sends or awaits, and
  whoever stops waits for it: it looks often, at nothing.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions, WorkflowStatus
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from connector.adapters.sqlite import BUSY_TIMEOUT_SECONDS, use_write_ahead_log
from connector.adapters.store.postgres import database_address
from connector.errors import TemporaryError
from connector.ports import JobStatus

log = structlog.get_logger(__name__)

# Raised when a job changes its name or its arguments, so that old jobs are not run by new code.
APPLICATION_VERSION = "1"
_APPLICATION = "salesforce-gifting"
_POLL_SECONDS = 0.2
_LISTEN_SECONDS = 0.1
_STOP_SECONDS = 60
_POOL = 6
_CLIENT_POOL = 2
_UNFINISHED = ["PENDING", "ENQUEUED", "DELAYED"]
_FINISHED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_PURGED_AT_ONCE = 1_000


class DbosEngine:
    """See ports.JobEngine. One for each process, because DBOS is.

    Raises TemporaryError where the database does not answer; DBOS itself waits out some of its absences.

    database_url: of DBOS's own tables; a database or file of their own. executor_id: unique among the living
    workers and the same after a restart, since it is how a worker finds what it was doing. concurrency: jobs
    of one name at the same time in this process.
    """

    def __init__(self, database_url: str, executor_id: str, *, concurrency: int = 4) -> None:
        self._address = database_address(database_url)
        self._database_url = self._address.render_as_string(hide_password=False)
        self._executor_id = executor_id
        self._concurrency = concurrency
        self._client: DBOSClient | None = None
        self._runs = False
        self._lock = threading.Lock()
        self._early: list[tuple[str, str, tuple[str, ...]]] = []
        self._at_work: set[str] = set()
        self._missed: set[str] = set()

    def start(self, name: str, job_id: str, *arguments: str) -> None:
        """What is started before run() or connect() is enqueued once that begins: there may be no tables."""
        with self._lock:
            if self._client is None:
                self._early.append((name, job_id, arguments))
                return
        self._enqueue(name, job_id, arguments)

    def status(self, job_id: str) -> JobStatus | None:
        found = self._list(workflow_ids=[job_id])
        return found[0] if found else None

    def unfinished(self) -> list[JobStatus]:
        return self._list(status=_UNFINISHED)

    def prepare(self) -> None:
        """Make or update DBOS's tables; workers on PostgreSQL need not be allowed to.

        Raises TemporaryError where the database does not answer.
        """
        with _telling_of_absence():
            _share_sqlite(self._database_url)
            DBOS.migrate(self._database_url)

    def connect(self) -> None:
        """Start jobs and look at them without running any: for web processes and single commands.

        Does nothing where it has been done. Raises TemporaryError where the database does not answer.
        """
        if self._client is not None:
            return
        try:
            client = self._new_client()
        except Exception as error:  # DBOS lets the errors of SQLAlchemy, psycopg and its own through
            raise TemporaryError("The job database does not answer", code=type(error).__name__) from error
        self._begin(client)

    def rescue(self, worker_ids: Sequence[str]) -> int:
        """Queue what these workers were running for whoever is alive; how many jobs. They must be dead."""
        client = self._client
        if client is None:
            return 0
        with _telling_of_absence():
            left = _claimed_by(client, worker_ids)
            _queue_again(client, left)
        return len(left)

    def take_up_lost(self) -> int:
        """Twice in a row: a job that runs or has just been claimed is not mistaken for a lost one."""
        client = self._client
        if client is None or not self._runs:
            return 0
        with _telling_of_absence():
            claimed = _claimed_by(client, [self._executor_id])
            with self._lock:
                missing = {workflow.workflow_id for workflow in claimed} - self._at_work
                lost, self._missed = missing & self._missed, missing
            _queue_again(client, [workflow for workflow in claimed if workflow.workflow_id in lost])
        return len(lost)

    def run(self, jobs: Mapping[str, Callable[..., None]]) -> None:
        is_sqlite = self._address.get_backend_name() == "sqlite"
        if is_sqlite:
            _share_sqlite(self._database_url)
        config = DBOSConfig(
            name=_APPLICATION,
            system_database_url=self._database_url,
            executor_id=self._executor_id,
            application_version=APPLICATION_VERSION,
            log_level="ERROR",
            sys_db_pool_size=_POOL,
            run_migrations=is_sqlite,
            notification_listener_polling_interval_sec=_LISTEN_SECONDS,
        )
        DBOS(config=config)
        for name, function in jobs.items():
            DBOS.workflow(name=name)(self._as_workflow(name, function))
        DBOS.launch()
        for name in jobs:
            DBOS.register_queue(
                name,
                partition_concurrency=1,
                worker_concurrency=self._concurrency,
                polling_interval_sec=_POLL_SECONDS,
                on_conflict="always_update",
            )
        self._runs = True
        self._begin(self._new_client())

    def stop(self) -> None:
        """Wait for the jobs under way; what waits in the queue is found at the next start."""
        with self._lock:
            client, self._client = self._client, None
        if self._runs:
            self._runs = False
            DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=_STOP_SECONDS)
        if client is not None:
            client.destroy()

    def purge(self, *, older_than_seconds: float) -> int:
        """Delete finished workflows; how many, at most 1,000 at once."""
        if self._client is None:
            return 0
        before = (datetime.now(UTC) - timedelta(seconds=older_than_seconds)).isoformat()
        with _telling_of_absence():
            finished = self._client.list_workflows(
                status=_FINISHED,
                completed_before=before,
                limit=_PURGED_AT_ONCE,
                load_input=False,
                load_output=False,
            )
            if finished:
                self._client.delete_workflows([workflow.workflow_id for workflow in finished])
        return len(finished)

    def _as_workflow(self, name: str, function: Callable[..., None]) -> Callable[..., None]:
        """The job, known to be at work here, and with its failure logged: DBOS only keeps it."""

        def workflow(*arguments: str) -> None:
            job_id = DBOS.workflow_id or ""
            with self._lock:
                self._at_work.add(job_id)
            try:
                function(*arguments)
            except Exception:
                log.exception("job_failed", job=name, partition=arguments[0])
                raise
            finally:
                with self._lock:
                    self._at_work.discard(job_id)

        workflow.__qualname__ = workflow.__name__ = name
        return workflow

    def _new_client(self) -> DBOSClient:
        return DBOSClient(
            system_database_url=self._database_url,
            application_name=_APPLICATION,
            system_database_pool_size=_CLIENT_POOL,
        )

    def _begin(self, client: DBOSClient) -> None:
        with self._lock:
            self._client = client
            early, self._early = self._early, []
        for name, job_id, arguments in early:
            self._enqueue(name, job_id, arguments)

    def _enqueue(self, name: str, job_id: str, arguments: tuple[str, ...]) -> None:
        client = self._client
        if client is None:
            raise RuntimeError("the engine has stopped")
        options = EnqueueOptions(
            workflow_name=name,
            queue_name=name,
            workflow_id=job_id,
            app_version=APPLICATION_VERSION,
            queue_partition_key=arguments[0],
        )
        with _telling_of_absence():
            client.enqueue(options, *arguments)

    def _list(
        self, *, workflow_ids: list[str] | None = None, status: list[str] | None = None
    ) -> list[JobStatus]:
        client = self._client
        if client is None:
            early = [JobStatus(job_id, name, "ENQUEUED") for name, job_id, _ in self._early]
            return [job for job in early if workflow_ids is None or job.job_id in workflow_ids]
        with _telling_of_absence():
            found = client.list_workflows(
                workflow_ids=workflow_ids, status=status, load_input=False, load_output=False
            )
        return [JobStatus(workflow.workflow_id, workflow.name, workflow.status) for workflow in found]


@contextmanager
def _telling_of_absence() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise TemporaryError(
            "The job database does not answer",
            code=type(error).__name__,
            remedy="start it, or correct its address; `connector doctor` says why",
        ) from error


def _claimed_by(client: DBOSClient, worker_ids: Sequence[str]) -> list[WorkflowStatus]:
    return client.list_workflows(
        status="PENDING", executor_id=list(worker_ids), load_input=False, load_output=False
    )


def _queue_again(client: DBOSClient, workflows: Sequence[WorkflowStatus]) -> None:
    by_queue: dict[str, list[str]] = {}
    for workflow in workflows:
        by_queue.setdefault(workflow.queue_name or workflow.name, []).append(workflow.workflow_id)
    for queue, job_ids in by_queue.items():
        client.resume_workflows(job_ids, queue_name=queue)


def _share_sqlite(database_url: str) -> None:
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        with closing(sqlite3.connect(url.database, timeout=BUSY_TIMEOUT_SECONDS)) as connection:
            use_write_ahead_log(connection)
