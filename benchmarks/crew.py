"""So many writers at once: processes, since threads of one Python would wait for each other."""

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from benchmarks.contenders import Contender


class Crew:
    """Writers that wait for the word; everyone keeps one connection."""

    def __init__(self, lines: list[Connection]) -> None:
        self.lines = lines

    def rate(self, count: int, batch: int) -> float:
        """Events a second, from the word to the last writer's end; each writes its share, at least one batch."""
        times = max(1, count // len(self.lines) // batch)
        start = time.perf_counter()
        for line in self.lines:
            line.send((times, batch))
        for line in self.lines:
            answer = line.recv()
            if answer != "done":
                raise RuntimeError(f"A writer failed: {answer}")
        return times * batch * len(self.lines) / (time.perf_counter() - start)


@contextmanager
def crew(contender: Contender, url: str, writers: int) -> Iterator[Crew]:
    """The writers of one contender, connected and warm."""
    start = multiprocessing.get_context("forkserver")
    start.set_forkserver_preload(["benchmarks.contenders"])
    lines, processes = [], []
    for _ in range(writers):
        mine, theirs = start.Pipe()
        processes.append(start.Process(target=_write, args=(contender, url, theirs), daemon=True))
        lines.append(mine)
        processes[-1].start()
    try:
        found = Crew(lines)
        found.rate(10 * writers, 1)
        yield found
    finally:
        for line in lines:
            line.send(None)
        for process in processes:
            process.join(30)


def _write(contender: Contender, url: str, line: Connection) -> None:
    with contender(url) as append:
        while (told := line.recv()) is not None:
            times, batch = told
            try:
                for _ in range(times):
                    append(batch)
                line.send("done")
            except Exception as error:
                line.send(repr(error))
