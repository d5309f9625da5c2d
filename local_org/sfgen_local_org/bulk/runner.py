"""Works jobs off: small ones at once, large ones between other requests."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .jobs import Job

_log = logging.getLogger("sfgen_local_org")
# How long a request that starts a job may take, in seconds. A job that needs no longer is finished at the next poll.
AT_ONCE = 0.25


class Runner:
    """Does the work of the jobs that were begun, on the event loop of the server."""

    def __init__(self) -> None:
        self._tasks: dict[str, tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]] = {}

    def start(self, job: Job) -> None:
        """Work on a job for a while, and go on in the background if there is more to do."""
        if job.work is None or job.polls > 0 or self._is_under_way(job):
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            while _step(job):
                pass
            return
        until = time.monotonic() + AT_ONCE
        while _step(job):
            if time.monotonic() > until:
                self._tasks[job.id] = loop, loop.create_task(self._go_on(job))
                return

    def poll(self, job: Job) -> None:
        """Note that a client asks for a job's state: one that a test delays comes closer to its turn."""
        if job.polls > 0 and job.work is not None:
            job.polls -= 1
            job.state = "InProgress"
        else:
            self.start(job)

    async def _go_on(self, job: Job) -> None:
        try:
            while _step(job):
                await asyncio.sleep(0)
        finally:
            self._tasks.pop(job.id, None)

    def _is_under_way(self, job: Job) -> bool:
        """Tell whether a task has the job. One of a server that was stopped in between doesn't count."""
        found = self._tasks.get(job.id)
        return found is not None and found[0].is_running() and not found[1].done()


def _step(job: Job) -> bool:
    try:
        return job.step()
    except Exception:
        _log.exception("job %s failed", job.id)
        return False
