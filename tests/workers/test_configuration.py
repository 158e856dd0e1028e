"""The set-up of Celery: what it promises together with the database."""

from pathlib import Path

import pytest
from celery import Celery

from tracker.digests import delivery
from tracker.eventstore import work
from tracker.kit.errors import SetupError
from tracker.kit.settings import Settings
from workers import pulse as pulses
from workers.configuration import (
    BEAT,
    EVERY_SECONDS,
    FORGOTTEN_SECONDS,
    MAIL_LIMIT,
    MAIL_QUEUE,
    MAIL_SOFT_LIMIT,
    configuration,
)


@pytest.fixture
def app(tmp_path: Path) -> Celery:
    """An application with our settings, of which nothing runs."""
    app = Celery("test")
    app.conf.update(configuration(Settings(broker_url="redis://127.0.0.1:1/0", data_dir=tmp_path)))
    return app


def test_without_a_broker_nothing_starts_and_a_sentence_says_why() -> None:
    with pytest.raises(SetupError, match="TRACKER_BROKER_URL is not set"):
        configuration(Settings(broker_url=""))


def test_a_lease_ends_only_when_its_holder_is_dead(app: Celery) -> None:
    assert app.conf.task_time_limit <= work.LEASE.total_seconds()
    assert MAIL_SOFT_LIMIT < MAIL_LIMIT < delivery.LEASE.total_seconds()


def test_messages_are_ids_in_json_and_are_given_back_by_who_dies(app: Celery) -> None:
    assert (app.conf.task_serializer, app.conf.accept_content) == ("json", ["json"])
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1


def test_mail_has_a_queue_of_its_own_and_a_worker_that_is_told_nothing_serves_both(app: Celery) -> None:
    assert app.amqp.router.route({}, "digests.deliver")["queue"].name == MAIL_QUEUE
    assert MAIL_QUEUE in app.amqp.queues.consume_from


def test_the_sweep_rings_twice_a_minute_and_its_bells_fade() -> None:
    (sweep,) = BEAT["beat_schedule"].values()
    assert (sweep["schedule"], sweep["options"]["expires"]) == (EVERY_SECONDS, FORGOTTEN_SECONDS)


def test_every_tick_of_beat_is_a_pulse_and_the_first_one_rings(
    app: Celery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulses, "settings", lambda: Settings(data_dir=tmp_path / "data"))
    app.conf.broker_url = "memory://"
    scheduler = pulses.Ringing(app, lazy=True)
    scheduler.setup_schedule()
    assert scheduler.tick() == 0  # look again at once: another bell may be due
    assert scheduler.schedule["sweep"].total_run_count == 1
    pulses.pulse().unlink()
    assert 0 < scheduler.tick() <= EVERY_SECONDS
    assert scheduler.schedule["sweep"].total_run_count == 1
    assert pulses.pulse().exists()
