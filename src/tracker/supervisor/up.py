"""`tracker up`: prepares the folder and the database, starts everything, says where it is, and ends it cleanly."""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tracker.kit import private
from tracker.kit.errors import SetupError, Unavailable
from tracker.kit.running import Running, only_one, tell
from tracker.kit.secret import secret_of
from tracker.kit.settings import PREFIX, Settings
from tracker.supervisor import broker
from tracker.supervisor.crew import Crew, programs, say
from tracker.supervisor.door import listen
from tracker.supervisor.keeper import Program
from tracker.supervisor.prepare import Link, prepare, sign_in_links

BROKER_SECONDS = 20.0
BROKER_MEND = "What it keeps is only what is waiting: its folder `broker` in the data folder may be removed."

Welcome = Callable[[str, list[Link]], None]


def up(settings: Settings, *, demo: bool, welcome: Welcome) -> None:
    """Runs the tracker until it is asked to end; `welcome(address, links)` is called when the pages answer.

    Raises `SetupError` when the folder, port, database or broker is not right, and `Unavailable` when the pages do not
    come up; nothing is left running.
    """
    folder = make_folder(settings.data_dir)
    with only_one(folder) as lock, listen(settings.host, settings.port) as door:
        settings = settings.model_copy(
            update={"port": door.getsockname()[1], "secret_key": secret_of(settings)}
        )
        prepare(settings, demo=demo, say=lambda line: say("up", line))
        socket = None if settings.broker_url else broker.socket_path(folder)
        url = settings.broker_url if socket is None else broker.url_of(socket)
        crew = Crew(_environment(settings, url), (lock, door.fileno()))
        with crew.hearing_signals():
            try:
                if socket is not None:
                    crew.add(
                        Program(
                            "broker",
                            broker.server_command(folder, socket),
                            BROKER_MEND,
                            routine=broker.ROUTINE,
                        )
                    )
                    _wait_for_broker(crew, socket)
                for program in programs(door.fileno()):
                    crew.add(program)
                crew.wait_until_ready(door)
                if not crew.asked_to_end:
                    tell(folder, Running(os.getpid(), settings.address, url))
                    welcome(settings.address, sign_in_links(settings, demo=demo))
                while crew.watch_once():
                    pass
                say("up", "ending; please wait until work that has begun is done (Ctrl-C again: at once)")
            finally:
                crew.end()
    say("up", "the tracker has stopped; the same command starts it again, with all that was recorded")


def make_folder(folder: Path) -> Path:
    """The data folder, made if need be; raises `SetupError` when it cannot be written to."""
    try:
        private.make_folder(folder)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SetupError(
            f"The data folder {folder} cannot be written to ({error.strerror}); set TRACKER_DATA_DIR to another one."
        ) from None
    return folder


def _environment(settings: Settings, broker_url: str) -> Mapping[str, str]:
    """What the children read as their settings: what was decided here, whatever the command line or a file said.

    A person's token is for the command line; the tracker's own processes act for nobody.
    """
    decided = {
        "DATA_DIR": str(settings.data_dir),
        "HOST": settings.host,
        "PORT": str(settings.port),
        "SECRET_KEY": settings.secret_key,
        "BROKER_URL": broker_url,
    }
    inherited = {name: value for name, value in os.environ.items() if name != f"{PREFIX}TOKEN"}
    return inherited | {PREFIX + name: value for name, value in decided.items()} | {"PYTHONUNBUFFERED": "1"}


def _wait_for_broker(crew: Crew, socket: Path) -> None:
    import redis

    until = time.monotonic() + BROKER_SECONDS
    client = redis.Redis(unix_socket_path=str(socket))
    while crew.watch_once():
        try:
            client.ping()
        except redis.RedisError:
            if time.monotonic() > until:
                raise Unavailable(f"The private broker did not start. {BROKER_MEND}") from None
        else:
            break
    client.close()
