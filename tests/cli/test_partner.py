"""Partners on the command line: listed, registered, joining and leaving; what a leaving partner's people lose."""

import json

import pytest

from tests.cli.conftest import FOCAL_POINT, Cli
from tests.cli.test_secretariat import types

BODY = "ASEM-CMM"
REPORT = ("report", "CMM8-R03", "IDN", "--status", "under-implementation", "--note", "A fund was opened.")


def memberships(cli: Cli, code: str) -> list[tuple[str, str, str | None]]:
    """Grouping, first day and end of each membership."""
    found = cli.json("show", code)["memberships"]
    return [(each["grouping"], each["since"], each["until"]) for each in found]


def test_partners_are_listed_and_narrowed(cli: Cli) -> None:
    cli.json("partner", "register", "ASEAN", "ASEAN Secretariat", "--kind", "organisation")
    for words, codes in (
        ((), ["ASEAN", "IDN", "MYS"]),
        (("--body", BODY), ["IDN", "MYS"]),
        (("--grouping", "Asia"), ["IDN", "MYS"]),
        (("--body", BODY, "--grouping", "Europe"), []),
    ):
        assert [each["code"] for each in cli.json("partner", "list", *words)] == codes, words
    shown = cli("partner", "list").stdout.splitlines()
    assert shown[2].split("  ")[0] == "IDN"
    assert "ASEM-CMM (Asia)" in shown[2]
    assert shown[-1] == "3 of 3 partners."
    assert cli("partner", "list", "--grouping", "Europe").stdout == "0 of 3 partners.\n"


def test_a_partner_is_registered_renamed_joins_and_leaves(cli: Cli) -> None:
    assert types(cli.json("partner", "register", "TLS", "Timor-Leste")) == ["partner.registered"]
    joined = cli.json("partner", "join", "TLS", BODY, "--grouping", "Asia", "--since", "2026-01-01")
    assert types(joined) == ["partner.joined"]
    assert types(cli.json("partner", "rename", "TLS", "East Timor", "--reason", "x")) == ["partner.renamed"]
    assert cli.json("show", "TLS")["partner"]["name"] == "East Timor"
    assert types(cli.json("partner", "leave", "TLS", BODY, "--on", "2026-06-01")) == ["partner.left"]
    assert memberships(cli, "TLS") == [("Asia", "2026-01-01", "2026-06-01")]
    assert [each["code"] for each in cli.json("partner", "list", "--body", BODY)] == ["IDN", "MYS"]


def test_a_membership_is_corrected_and_keeps_what_is_not_named(cli: Cli) -> None:
    cli.json("partner", "leave", "IDN", BODY, "--on", "2020-01-01")
    cli.json("partner", "join", "IDN", BODY, "--grouping", "Europe", "--since", "2022-01-01")
    done = cli.json("partner", "correct", "IDN", BODY, "--grouping", "Asia", "--reason", "A slip.")
    assert types(done) == ["partner.membership_corrected"]
    assert memberships(cli, "IDN") == [("Asia", "1996-03-01", "2020-01-01"), ("Asia", "2022-01-01", None)]
    cli.json(
        "partner",
        "correct",
        "IDN",
        BODY,
        "--since",
        "1996-03-01",
        "--left",
        "2021-01-01",
        "--reason",
        "A slip.",
    )
    assert memberships(cli, "IDN")[0] == ("Asia", "1996-03-01", "2021-01-01")


def test_a_partner_that_did_not_leave_still_belongs(cli: Cli) -> None:
    cli.json("partner", "leave", "IDN", BODY, "--on", "2020-01-01")
    cli.json("partner", "correct", "IDN", BODY, "--still", "--reason", "Another one left.")
    assert memberships(cli, "IDN") == [("Asia", "1996-03-01", None)]


def test_a_focal_point_of_a_partner_that_left_may_not_report_and_keeps_the_history(cli: Cli) -> None:
    cli.json(*REPORT, "--as", FOCAL_POINT)
    cli.json("partner", "leave", "IDN", BODY, "--on", "2026-01-01", "--reason", "It withdrew.")
    refused = cli(*REPORT, "--as", FOCAL_POINT)
    assert (refused.exit_code, "Only a focal point of IDN" in refused.stderr) == (5, True)
    assert cli.json("show", "IDN")["focal_points"] == []
    assert [entry["type"] for entry in cli.json("history", "IDN")].count("focal_point.appointed") == 1
    assert "reported by     Focal point, Indonesia" in cli("show", "CMM8-R03:IDN").stdout


@pytest.mark.parametrize(
    ("words", "exit_code", "sentence"),
    [
        (("list", "--body", "NOPE"), 3, "There is no body NOPE"),
        (("list", "--grouping", "Mars"), 3, "There is no grouping Mars; there are: Asia, Europe."),
        (("register", "IDN", "Indonesia"), 1, "is registered already"),
        (("register", "TL", "Timor-Leste"), 1, "three upper-case letters"),
        (("register", "TLS", "Timor-Leste", "--kind", "planet"), 2, "is not one of: country, organisation"),
        (("register", "TLS", "Timor-Leste", "--as", FOCAL_POINT), 5, "Only a secretariat"),
        (
            ("rename", "XXX", "X"),
            3,
            "There is no partner XXX; `tracker partner list` and the page Partners show",
        ),
        (("join", "IDN", "NOPE", "--grouping", "Asia"), 3, "There is no body NOPE"),
        (("join", "IDN", BODY, "--grouping", "Mars"), 3, "There is no grouping Mars"),
        (("join", "IDN", BODY, "--grouping", "Asia"), 1, "end that membership first"),
        (("join", "IDN", BODY), 2, "Missing option '--grouping'"),
        (("leave", "IDN", BODY, "--on", "1990-01-01"), 1, "it can leave on a later day"),
        (("leave", "IDN", "NOPE"), 1, "never joined NOPE"),
        (("correct", "IDN", BODY, "--since", "1999-01-01", "--reason", "x"), 3, "it has since 1996-03-01"),
        (("correct", "IDN", BODY, "--left", "1990-01-01", "--reason", "x"), 1, "cannot leave"),
        (("correct", "IDN", BODY, "--grouping", "Europe"), 2, "Missing option '--reason'"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else None,
)
def test_what_cannot_be_so_is_refused_in_a_sentence(
    cli: Cli, words: tuple[str, ...], exit_code: int, sentence: str
) -> None:
    done = cli("partner", *words)
    assert (done.exit_code, done.stdout) == (exit_code, "")
    assert sentence in done.stderr
    refusal = json.loads(cli("partner", *words, "--json").stderr)
    assert (refusal["exit_code"], sentence in refusal["message"]) == (exit_code, True)
