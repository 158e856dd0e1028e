"""Search on the command line."""

from tests.cli.conftest import Cli


def test_finds_are_listed_with_what_they_can_be_narrowed_to(cli: Cli) -> None:
    shown = cli("search", "CMM8").stdout
    assert "CMM8-R03" in shown
    assert "found" in shown.splitlines()[-1] or "kind: " in shown


def test_a_phrase_in_quotes_stands_word_for_word(cli: Cli) -> None:
    code = cli.json("list")[0]["code"]
    words = cli.json("list")[0]["text"].split()[:2]
    assert code in [hit["code"] for hit in cli.json("search", f'"{" ".join(words)}"')["hits"]]
    assert code not in [hit["code"] for hit in cli.json("search", f'"{" ".join(reversed(words))}"')["hits"]]


def test_whoever_finds_nothing_is_told_what_to_try(cli: Cli) -> None:
    done = cli("search", "nowhere")
    assert "0 found." in done.stdout
    assert "Try fewer words" in done.stdout


def test_a_filter_that_is_none_is_refused(cli: Cli) -> None:
    assert cli("search", "law", "--meeting", "CMM99").exit_code == 3
