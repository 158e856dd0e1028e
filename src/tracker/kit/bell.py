"""Calls a worker at once. Only a bell: what is due stands in the database, and a sweep finds it when nobody heard."""

import logging
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from celery import Celery

log = logging.getLogger(__name__)
PATIENCE_SECONDS = 2
FORGOTTEN_SECONDS = 600
"""A bell that was not heard for so long is thrown away, so that bells do not pile up while no worker runs. Far longer
than clocks of two machines may differ, else bells would be thrown away unheard."""
QUEUE = "tracker"
LETTERS = "letters.send"
"""The task that sends all letters that are due."""


def ring(broker_url: str, task: str = LETTERS) -> bool:
    """Asks any worker to do the task now; False, with a line in the log, when the broker is away.

    Ring after the commit: a worker that comes before it finds nothing.
    """
    if not broker_url:
        return False
    try:
        _caller(broker_url).send_task(
            task, queue=QUEUE, expires=FORGOTTEN_SECONDS, retry=False, ignore_result=True
        )
    except Exception as error:  # whatever a broker and its client may raise; the sweep does without
        log.warning("The broker does not answer (%s); the sweep finds what is due.", type(error).__name__)
        return False
    return True


@lru_cache
def _caller(broker_url: str) -> "Celery":
    from celery import Celery  # heavy, and of no use to most commands

    caller = Celery("tracker-bell", broker=broker_url)
    caller.conf.update(
        broker_transport_options={
            "socket_connect_timeout": PATIENCE_SECONDS,
            "socket_timeout": PATIENCE_SECONDS,
            # Else it tries again, after pauses, while the page waits.
            "max_retries": 0,
        },
        broker_connection_retry=False,
        task_serializer="json",
        task_default_queue=QUEUE,
    )
    return caller
