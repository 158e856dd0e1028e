"""The main job on the real matrix, as docs/walkthrough.md tells it."""

from pathlib import Path

from tests.walkthrough import PAGE, blocks, run, steady


def test_every_command_of_the_walk_prints_what_the_page_says(tmp_path: Path) -> None:
    for command, output in blocks(PAGE.read_text()):
        assert steady(run(command, tmp_path / "data")) == steady(output), command


def test_the_walk_goes_through_the_whole_main_job() -> None:
    walked = {command.split()[1] for command, _ in blocks(PAGE.read_text())}
    assert {
        "migrate",
        "load",
        "report",
        "digest",
        "metrics",
        "as-of",
        "history",
        "changes",
        "verify",
    } <= walked


def test_the_page_shows_no_stack_trace() -> None:
    assert "Traceback" not in PAGE.read_text()
