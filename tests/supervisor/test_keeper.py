"""When a program that died is started again: never given up, and not so often that the machine is busy with it."""

import os
import re
from pathlib import Path

import pytest

from tests.supervisor.running import until
from tracker.kit.private import open_to_others
from tracker.supervisor import keeper
from tracker.supervisor.keeper import Keeper, Program


@pytest.mark.parametrize(
    ("lived", "pauses"),
    [
        (0.0, ["0.2", "0.4", "0.8", "1.0", "1.0", "1.0", "1.0"]),
        (0.5, ["0.2", "0.2", "0.3", "0.5", "0.5", "0.5", "0.5"]),
        (6.0, ["0.2", "0.2", "0.2", "0.2", "0.2", "0.2", "0.2"]),
    ],
    ids=["at once", "after half a second", "after a while"],
)
def test_a_program_that_dies_again_and_again_is_started_again_with_its_starts_further_and_further_apart(
    monkeypatch: pytest.MonkeyPatch, lived: float, pauses: list[str]
) -> None:
    now, said = [100.0], []
    monkeypatch.setattr(keeper.time, "monotonic", lambda: now[0])
    kept = Keeper(
        Program("sleeper", ["sleep", "60"]), dict(os.environ), (), lambda _, line: said.append(line)
    )
    kept.start()
    for pause in pauses:
        assert kept.process is not None
        kept.process.kill()
        kept.process.wait()
        now[0] += lived
        kept.look_after()
        now[0] += float(pause) - 0.01
        kept.look_after()
        assert not kept.alive()
        now[0] += 0.02
        kept.look_after()
        assert kept.alive()
    kept.kill()
    assert re.findall(r"started again in (\S+) s", " ".join(said)) == pauses


def test_routine_words_are_no_news_and_what_a_program_writes_is_its_user_s_alone(tmp_path: Path) -> None:
    said: list[str] = []
    script = f"echo ready to exit; echo wrong; touch {tmp_path / 'made'}; sleep 60"
    kept = Keeper(
        Program("shell", ["sh", "-c", script], routine=("ready to exit",)),
        dict(os.environ),
        (),
        lambda _, line: said.append(line),
    )
    kept.start()
    until((tmp_path / "made").exists)
    until(lambda: said)
    kept.kill()
    assert said == ["wrong"]
    assert not open_to_others(tmp_path / "made")
