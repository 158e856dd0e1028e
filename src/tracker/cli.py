"""Composes the commands. Only what `--help` shows is imported at once; each command imports its own."""

from importlib import import_module

import click

from tracker.terminal.root import Entry, Root

SECTIONS = {
    "Follow-up": {
        "list": Entry(
            "tracker.followups.cli_lists:list_", "List recommendations; words look for text, in any order."
        ),
        "search": Entry("tracker.search.cli:search", "Search everything; words stand in any order."),
        "show": Entry("tracker.audit.cli:show", "Show what a code stands for, with all that belongs to it."),
        "grid": Entry("tracker.followups.cli_lists:grid", "Show who stands where: recommendation × partner."),
        "metrics": Entry("tracker.metrics.cli:metrics", "Show how much is implemented."),
        "respond": Entry(
            "tracker.followups.cli:respond", "Record whether a partner supports a recommendation."
        ),
        "report": Entry(
            "tracker.followups.cli:report", "Report where a partner stands with a recommendation."
        ),
        "correct": Entry("tracker.followups.cli:correct", "Put a report right."),
        "validate": Entry("tracker.followups.cli:validate", "Stand behind a report."),
        "verify-report": Entry("tracker.followups.cli:verify_report", "Confirm a report."),
        "dispute": Entry("tracker.followups.cli:dispute", "Contest a report."),
        "withdraw": Entry(
            "tracker.followups.cli_withdraw:withdraw", "Take back what was recorded by mistake."
        ),
    },
    "Secretariat": {
        "meeting": Entry("tracker.meetings.cli:meeting", "List, schedule, hold and put right meetings."),
        "recommendation": Entry(
            "tracker.recommendations.cli_recommendation:recommendation", "Record and revise recommendations."
        ),
        "activity": Entry(
            "tracker.recommendations.cli_activity:activity", "Record activities and what they implement."
        ),
        "direct": Entry("tracker.recommendations.cli:direct", "Direct a recommendation to partners."),
        "due": Entry("tracker.followups.cli_due:due", "Set and move due dates."),
        "close": Entry("tracker.followups.cli:close", "Close a follow-up."),
        "reopen": Entry("tracker.followups.cli:reopen", "Reopen a follow-up."),
        "partner": Entry(
            "tracker.meetings.cli_partner:partner", "List partners; let them join and leave bodies."
        ),
        "person": Entry("tracker.people.cli_person:person", "List, open and disable accounts; give roles."),
        "token": Entry("tracker.people.cli_token:token", "Make, list and revoke tokens for programs."),
        "appoint": Entry("tracker.people.cli:appoint", "Let a person report for a partner."),
        "hand-over": Entry("tracker.people.cli:hand_over", "Pass an appointment on."),
        "retire": Entry("tracker.people.cli:retire", "End an appointment."),
        "digest": Entry("tracker.digests.cli:digest", "Preview and send reminder digests."),
    },
    "Audit": {
        "history": Entry("tracker.audit.cli:history", "Show everything that happened to a thing."),
        "as-of": Entry("tracker.audit.cli:as_of", "Show what the tracker knew on a date."),
        "changes": Entry("tracker.audit.cli:changes", "Show what changed between two meetings or dates."),
        "verify": Entry("tracker.audit.cli_log:verify", "Prove that nobody rewrote the log."),
        "seal": Entry("tracker.audit.cli_seal:seal", "Sign a checkpoint of the whole log now."),
        "checkpoint": Entry("tracker.audit.cli_seal:checkpoint", "Show the newest signed checkpoint."),
        "receipt": Entry("tracker.audit.cli_seal:receipt", "Prove that an event is in the log."),
        "consistency": Entry(
            "tracker.audit.cli_seal:consistency", "Prove that one checkpoint grew out of another."
        ),
        "access": Entry("tracker.people.cli_access:access", "Show who could do what on a day."),
        "security-log": Entry("tracker.people.cli_security:security_log", "Show what happened at the door."),
    },
    "Running it": {
        "up": Entry("tracker.supervisor.cli:up", "Run everything."),
        "serve": Entry("tracker.supervisor.cli:serve", "Run the pages alone."),
        "migrate": Entry("tracker.supervisor.cli:migrate", "Bring the database to this release."),
        "load": Entry("tracker.supervisor.cli:load", "Load the matrix."),
        "rebuild": Entry("tracker.audit.cli_log:rebuild", "Rebuild what is shown from the log."),
        "doctor": Entry("tracker.supervisor.cli:doctor", "Say what is wrong."),
        "replay": Entry("tracker.supervisor.cli:replay", "Try parked work again."),
        "sign-in-link": Entry("tracker.people.cli:sign_in_link", "Print a link that signs a person in once."),
        "completion": Entry("tracker.supervisor.cli:completion", "Print shell completion."),
    },
}

HELP = """Follows up what intergovernmental meetings recommended.

\b
Examples:
  tracker up
  tracker report CMM8-R03 IDN --status implemented --note "The law is in force."
  tracker history CMM8-R03

\b
Exit codes: 0 done, 1 refused by a rule, 2 bad input or set-up, 3 not found, 4 conflict, 5 not permitted,
6 unavailable, 130 interrupted.
"""

main = Root(
    SECTIONS,
    before=lambda: import_module(
        "tracker.wiring"
    ),  # events, projections and tables are known before any command
    name="tracker",
    help=HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
click.version_option(package_name="followup-tracker", message="%(version)s")(main)
