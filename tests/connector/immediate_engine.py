"""Runs each job at once, in the thread that starts it. Keeps the contract of DBOS's engine, and no more."""

from collections.abc import Callable, Mapping, Sequence

from connector.ports import JobStatus

_Job = tuple[str, tuple[str, ...]]


class ImmediateEngine:
    """See ports.JobEngine. Jobs started before run() wait for it; a job that raises is kept as failed."""

    def __init__(self) -> None:
        self._functions: Mapping[str, Callable[..., None]] | None = None
        self._jobs: dict[str, _Job] = {}
        self._states: dict[str, str] = {}

    def start(self, name: str, job_id: str, *arguments: str) -> None:
        if job_id in self._jobs:
            return
        self._jobs[job_id] = (name, arguments)
        self._states[job_id] = "ENQUEUED"
        self._work_off()

    def status(self, job_id: str) -> JobStatus | None:
        if job_id not in self._jobs:
            return None
        return JobStatus(job_id, self._jobs[job_id][0], self._states[job_id])

    def unfinished(self) -> list[JobStatus]:
        return [
            JobStatus(job_id, name, self._states[job_id])
            for job_id, (name, _) in self._jobs.items()
            if self._states[job_id] in {"ENQUEUED", "PENDING"}
        ]

    def run(self, jobs: Mapping[str, Callable[..., None]]) -> None:
        self._functions = jobs
        self._work_off()

    def stop(self) -> None:
        self._functions = None

    def rescue(self, worker_ids: Sequence[str]) -> int:
        """Nothing is ever left by another worker."""
        del worker_ids
        return 0

    def take_up_lost(self) -> int:
        """Nothing is ever claimed without being run."""
        return 0

    def purge(self, *, older_than_seconds: float) -> int:
        """Forget finished jobs. Nothing here has an age, so all of them."""
        del older_than_seconds
        finished = [job_id for job_id, state in self._states.items() if state not in {"ENQUEUED", "PENDING"}]
        for job_id in finished:
            del self._jobs[job_id], self._states[job_id]
        return len(finished)

    def _work_off(self) -> None:
        while self._functions is not None:
            waiting = [job_id for job_id, state in self._states.items() if state == "ENQUEUED"]
            if not waiting:
                return
            self._do(waiting[0], self._functions)

    def _do(self, job_id: str, functions: Mapping[str, Callable[..., None]]) -> None:
        name, arguments = self._jobs[job_id]
        self._states[job_id] = "PENDING"
        try:
            functions[name](*arguments)
        except Exception:  # noqa: BLE001 - a failing job must not take its starter down, as in the durable engine
            self._states[job_id] = "ERROR"
        else:
            self._states[job_id] = "SUCCESS"
