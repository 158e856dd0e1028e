"""How Celery is set up, each setting with its reason. The broker may lose everything and costs at most a minute."""

from datetime import UTC, datetime
from typing import Any

from kombu import Queue

from tracker.kit.bell import FORGOTTEN_SECONDS, QUEUE
from tracker.kit.errors import SetupError
from tracker.kit.settings import Settings

MAIL_QUEUE = "tracker-mail"
EVERY_SECONDS = 30.0
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# RFC 5321 gives a mail server ten minutes to answer the end of a message.
MAIL_SOFT_LIMIT, MAIL_LIMIT = 660, 720


def configuration(given: Settings) -> dict[str, Any]:
    """The settings of the Celery application; raises `SetupError` when there is no broker."""
    if not given.broker_url:
        raise SetupError(
            "TRACKER_BROKER_URL is not set. `tracker up` starts a private broker and its own worker and beat; "
            "a worker of your own needs the URL of a Redis."
        )
    return {"broker_url": given.broker_url} | BROKER | TASKS | BEAT


BROKER: dict[str, Any] = {
    # Celery gives up after 100 tries; a broker that is away over a weekend is only away.
    "broker_connection_max_retries": None,
    "broker_connection_retry_on_startup": True,
    "broker_transport_options": {
        # The sweep recovers within half a minute, from the database. A short timeout here would only run long tasks
        # twice (kombu delivers again what was not acknowledged in time).
        "visibility_timeout": 3600,
        # When it does look for lost messages, every look counts, not each tenth.
        "unacked_restore_throttle": 1,
        # A line that died without a word (a firewall, a moved container) is noticed.
        "socket_keepalive": True,
        "socket_connect_timeout": 10,
    },
    # Mail has a queue of its own, so that more workers can be given to it; a worker that is told nothing serves both.
    "task_queues": [Queue(QUEUE), Queue(MAIL_QUEUE)],
    "task_default_queue": QUEUE,
    "task_routes": {"digests.*": {"queue": MAIL_QUEUE}},
    # Bells ring at once or not at all: kombu's countdowns live in the worker's memory and are lost or doubled.
    "task_publish_retry_policy": {
        "max_retries": 3,
        "interval_start": 0,
        "interval_step": 0.5,
        "interval_max": 1,
    },
}

TASKS: dict[str, Any] = {
    # A task whose worker dies is delivered again; every task may run twice, for the database decides who does it.
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    # One message in each hand: what one worker has not begun, another may.
    "worker_prefetch_multiplier": 1,
    # The lease of a piece of work is 90 s, so that its holder is dead when it ends.
    "task_soft_time_limit": 60,
    "task_time_limit": 90,
    # A mail that is on its way is not cut off because the broker went away: that would make it `unknown`.
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    # When told to end at once, finish what can be finished; the supervisor kills after ten seconds.
    "worker_soft_shutdown_timeout": 8.0,
    # Ids and nothing else: no pickle, no answers to keep.
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_ignore_result": True,
    "result_backend": None,
    "timezone": "UTC",
    "enable_utc": True,
}

BEAT: dict[str, Any] = {
    "beat_scheduler": "workers.pulse:Ringing",
    "beat_schedule": {
        "sweep": {
            "task": "sweep",
            "schedule": EVERY_SECONDS,
            "options": {"expires": FORGOTTEN_SECONDS},
            # The first one as soon as it runs: a beat that dies more often than that would never ring.
            "last_run_at": LONG_AGO,
        },
    },
}
