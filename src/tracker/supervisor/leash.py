"""Runs a program that must not outlive its parent: `python -I -S leash.py PARENT-PID PROGRAM [ARGUMENT…]`.

Started by path, and with the standard library only, so that it costs milliseconds.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType

PR_SET_PDEATHSIG = 1
LOOK_SECONDS = 0.5
ORPHANED = 70


def become(parent: int, argv: Sequence[str]) -> None:
    """Linux: the kernel kills this process with its parent, and this process becomes the program."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:  # it died before the kernel was asked
        sys.exit(ORPHANED)
    os.execvp(argv[0], list(argv))  # noqa: S606


def watch(parent: int, argv: Sequence[str]) -> int:
    """Elsewhere: this process stays, passes signals on, and kills the program when the parent is gone."""
    program = subprocess.Popen(argv, close_fds=False)

    def pass_on(number: int, _: FrameType | None) -> None:
        program.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, pass_on)
    while os.getppid() == parent:
        try:
            return program.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    program.kill()
    return ORPHANED


if __name__ == "__main__":
    if sys.platform == "linux":
        become(int(sys.argv[1]), sys.argv[2:])
    sys.exit(watch(int(sys.argv[1]), sys.argv[2:]))
