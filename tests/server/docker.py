"""Stands in for `docker compose run` and `exec`: becomes the command, with the environment and rights of the service.

`python docker.py STACK.json compose run|exec [OPTION…] SERVICE [COMMAND…]`; the JSON names for each service its
environment, folder, user and command.
"""

import json
import os
import sys
from pathlib import Path


def become(stack: Path, words: list[str]) -> None:
    """Never returns."""
    compose, verb, *rest = words
    if compose != "compose" or verb not in {"run", "exec"}:
        sys.exit(f"no stand-in for docker {' '.join(words)}")
    while rest[0].startswith("-"):
        rest.pop(0)
    service = json.loads(stack.read_text())[rest[0]]
    command = rest[1:] or service["command"]
    os.chdir(service["folder"])
    if service["user"] is not None:
        os.setgroups([])
        os.setgid(service["user"])
        os.setuid(service["user"])
    os.environ["PATH"] = service["environment"]["PATH"]
    os.execvpe(command[0], command, service["environment"])  # noqa: S606 - as the engine does


if __name__ == "__main__":
    become(Path(sys.argv[1]), sys.argv[2:])
