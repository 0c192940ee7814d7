"""The web server: gunicorn's threads around the app, set up in code so that every option that matters is said."""

import os
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from prometheus_client.multiprocess import mark_process_dead

from app import logs
from app.billing.context import Context
from app.main import create_app
from app.settings import Settings
from app.wiring import wire
from jobs.schedule import Schedule

GRACEFUL_SECONDS = 30  # longer than any request may take; Stripe sends again what was cut off


def serve_web(settings: Settings, *, workers: int, with_jobs: bool) -> None:
    """Serve until told to stop; `with_jobs` also runs the jobs, so it wants one worker."""
    _Server(settings, workers=workers, with_jobs=with_jobs).run()


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, *, workers: int, with_jobs: bool) -> None:
        self._settings = settings
        self._workers = workers
        self._with_jobs = with_jobs
        self._context: Context | None = None
        self._schedule: Schedule | None = None
        super().__init__()

    def load_config(self) -> None:
        host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
        options = {
            "bind": f"{host}:{self._settings.port}",
            "workers": self._workers,
            "worker_class": "gthread",
            "threads": self._settings.web_threads,
            "preload_app": False,
            "graceful_timeout": GRACEFUL_SECONDS,
            "keepalive": 15,  # Stripe and hosts come back on the same connection
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "logger_class": _Log,
            "control_socket_disable": True,
            "proc_name": "paidthrough",
            "post_worker_init": self._begin,
            "worker_exit": self._end,
            "child_exit": _forget_metrics,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """In the worker, after the fork: a database connection must not be shared by two processes."""
        self._context = wire(self._settings, retries=0)  # a customer waits; what is recorded is repeated by a job
        return create_app(self._context)

    def _begin(self, _worker: Any) -> None:
        logs.log.info("web_started", address=self.cfg.settings["bind"].get()[0], jobs=self._with_jobs)
        if self._with_jobs and self._context is not None:
            self._schedule = Schedule(self._context)
            self._schedule.start()

    def _end(self, _server: Any, _worker: Any) -> None:
        if self._schedule is not None:
            self._schedule.stop()
        if self._context is not None:
            self._context.db.close()
        logs.log.info("web_stopped")


def _forget_metrics(_server: Any, worker: Any) -> None:
    """A worker that is gone no longer counts in the gauges of all."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


class _Log(Logger):  # type: ignore[misc]
    """Gunicorn's lines in the shape of ours."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for logger in (self.error_log, self.access_log):
            logger.handlers.clear()
            logger.propagate = True
