"""The port of the web server: taken by the supervisor, so that it is known to be free before anything starts, and so
that visitors wait instead of being refused while the web process is started again."""

import errno
import logging
import signal
import socket
import sys
import urllib.error
import urllib.request
from contextlib import closing

from tracker.kit.errors import SetupError

BACKLOG = 512
ASK_SECONDS = 2.0


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one. Raises `SetupError` that names the port and the mend."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise SetupError(f"{host} is no address of this machine; see TRACKER_HOST and --host.") from None
    door = socket.socket(family, kind, protocol)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind(address)
        door.listen(BACKLOG)
    except OSError as error:
        door.close()
        raise SetupError(_why_not(host, port, error)) from None
    return door


def address_of(door: socket.socket) -> tuple[str, int]:
    """Host and port by which this machine itself reaches the socket."""
    host, port = door.getsockname()[:2]
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104 - only compared


def answers(door: socket.socket) -> bool:
    """Whether the program behind the socket says that it is ready."""
    host, port = address_of(door)
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/readyz"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with closing(direct.open(url, timeout=ASK_SECONDS)) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _why_not(host: str, port: int, error: OSError) -> str:
    mend = "choose another with --port or TRACKER_PORT (0 takes any free one). Nothing was started."
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use by another program; {mend}"
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used without special rights; {mend}"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine; see TRACKER_HOST and --host."
    return f"Port {port} on {host} cannot be used ({error.strerror}); {mend}"


def serve(handle: int) -> None:
    """Runs the web application on a listening socket that this process inherited."""
    import uvicorn

    # uvicorn ends gracefully and then sends itself the signal once more, by which it would look killed.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    # Lines of the security log are INFO and set so themselves; of everything else, warnings.
    logging.basicConfig(format="%(levelname)s %(name)s %(message)s")
    application = "tracker.app:create_app"
    # Which proxies are believed says TRACKER_TRUSTED_PROXIES alone; uvicorn would believe this machine by itself.
    config = uvicorn.Config(
        application, factory=True, access_log=False, timeout_graceful_shutdown=5, proxy_headers=False
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=handle)])


if __name__ == "__main__":
    serve(int(sys.argv[1]))
