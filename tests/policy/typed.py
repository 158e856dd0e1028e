"""For every command: words that are right, and the action by which it is decided. Written by hand.

`{…}` stands for a word of what it is about.
"""

from tests.policy.samples import Thing

Table = dict[str, tuple[str, str]]
DECIDED = "--reason Decided."
FOLLOWUPS: Table = {
    "respond": ("followup.respond", "{code} {partner} supported"),
    "report": ("followup.report", "{code} {partner} --status implemented --note Done."),
    "correct": ("followup.correct", "{code} {partner} --status implemented --reason Slip."),
    "validate": ("followup.validate", "{code} {partner}"),
    "verify-report": ("followup.verify", "{code} {partner} --note Gazette."),
    "dispute": ("followup.dispute", "{code} {partner} --reason Wrong."),
    "close": ("followup.close", "{code} {partner} --meeting {later} --ending implemented " + DECIDED),
    "reopen": ("followup.reopen", "{closed} {partner} --meeting {later} " + DECIDED),
    "due move": ("followup.due", "{code} 2029-03-01 --partner {partner} --reason Elections."),
    "withdraw report": ("followup.correct", "{code} {partner} --reason Slip."),
    "withdraw dispute": ("followup.dispute", "{code} {partner} --reason Slip."),
    "withdraw decision": ("followup.reopen", "{closed} {partner} --meeting {prefix} --reason Slip."),
}
RECOMMENDATIONS: Table = {
    "due set": ("recommendation.manage", "{code} 2028-03-01"),
    "direct": ("recommendation.manage", "{code} {partner}"),
    "recommendation record": ("recommendation.manage", "{prefix}-R90 Curate."),
    "recommendation revise": ("recommendation.manage", "{code} --text Otherwise."),
    "recommendation classify": ("recommendation.manage", "{code} --no-theme"),
    "recommendation repeat": ("recommendation.manage", "{code} --source Annex --line 12-15"),
    "recommendation link": ("recommendation.manage", "{code} {closed} --relation elaborates"),
    "recommendation unlink": ("recommendation.manage", "{code} {closed}"),
    "recommendation supersede": ("recommendation.manage", "{code} {closed} --meeting {later}"),
    "recommendation release": ("recommendation.manage", "{code} {partner} --reason Slip."),
    "withdraw due": ("recommendation.manage", "{code} --reason Slip."),
    "withdraw repetition": ("recommendation.manage", "{code} --source Annex --line 12-15 --reason Slip."),
    "withdraw supersession": ("recommendation.manage", "{code} --reason Slip."),
    "activity record": ("activity.manage", "{prefix}-ACT-90 {body} Another"),
    "activity revise": ("activity.manage", "{activity} --title Otherwise"),
    "activity mention": ("activity.manage", "{activity} {prefix}-F90 Met."),
    "activity link": ("activity.manage", "{activity} {code}"),
    "activity unlink": ("activity.manage", "{activity} {code}"),
    "withdraw mention": ("activity.manage", "{activity} {prefix}-F90 --reason Slip."),
}
MEETINGS: Table = {
    "meeting schedule": ("meeting.manage", "{prefix}0 {body} --number 10"),
    "meeting move": ("meeting.manage", "{later} --from 2025-06-01 --to 2025-06-02 --reason Elections."),
    "meeting hold": ("meeting.manage", "{later} --from 2025-06-01 --to 2025-06-02"),
    "meeting release": ("meeting.release", "{prefix}"),
    "meeting revise": ("meeting.manage", "{later} --host Ministry"),
    "meeting correct": ("meeting.manage", "{later} --number 9 --reason Slip."),
    "meeting cutoff": ("meeting.manage", "{later} 2020-05-01"),
    "meeting cancel": ("meeting.manage", "{later} --reason Withdrawn."),
    "meeting workshop": ("meeting.manage", "{prefix}-W90 Creativity"),
    "meeting fact": ("meeting.manage", "{prefix}-N90 Represented."),
    "partner leave": ("partner.manage", "{partner} {body} --reason Withdrew."),
    "partner join": ("partner.manage", "{partner} {body} --grouping Asia"),
    "partner correct": ("partner.manage", "{partner} {body} --joined 1996-03-02 --reason Slip."),
    "appoint": ("focal_point.manage", "{body} {partner} nobody@example.org --standing alternate"),
    "hand-over": ("focal_point.manage", "{body} {partner} {main} nobody@example.org"),
    "retire": ("focal_point.manage", "{body} {partner} {main}"),
}
OWNED = FOLLOWUPS | RECOMMENDATIONS | MEETINGS
"""About what belongs to a body, or to a partner in it."""
FREE: Table = {
    "list": ("read.public", ""),
    "show": ("read.public", "CMM8-R01"),
    "search": ("read.public", "law"),
    "checkpoint": ("read.public", ""),
    "consistency": ("read.public", "1 1"),
    "receipt": ("audit.read", "1"),
    "seal": ("log.verify", ""),
    "grid": ("read.public", "CMM8"),
    "metrics": ("read.public", "CMM8"),
    "meeting list": ("read.public", ""),
    "activity list": ("read.public", ""),
    "partner list": ("read.public", ""),
    "as-of": ("audit.read", "2026-11-24 ASEM-ACT-01"),
    "history": ("audit.read", "CMM8-R01"),
    "changes": ("audit.read", "--since 2018-01-01"),
    "verify": ("log.verify", ""),
    "rebuild": ("log.verify", "people --check"),
    "access": ("access.read", ""),
    "security-log": ("security.read", ""),
    "sign-in-link": ("person.role", "nobody@example.org"),
    "person list": ("person.read", ""),
    "person invite": ("person.invite", "new@example.org New --no-mail"),
    "person grant": ("person.role", "nobody@example.org reader"),
    "person withdraw": ("person.role", "reader@example.org reader"),
    "person disable": ("person.disable", "reader@example.org --reason Left."),
    "person enable": ("person.disable", "disabled@example.org --reason Back."),
    "person end-sessions": ("session.end", "nobody@example.org"),
    "person replace-address": ("person.address", "nobody@example.org other@example.org --reason Lost."),
    "person reset-factors": ("factor.reset", "nobody@example.org --reason Lost."),
    "partner register": ("partner.manage", "TLS Timor-Leste"),
    "partner rename": ("partner.manage", "IDN Indonesia"),
    "digest send": ("digest.send", "focal.point@example.org"),
    "digest list": ("digest.send", ""),
    "digest skip": ("digest.send", ""),
    "digest drop": ("digest.send", "0d1f0c9e-5a0b-5d0c-8a53-2f6a0c7be0aa"),
    "digest resend": ("digest.send", "0d1f0c9e-5a0b-5d0c-8a53-2f6a0c7be0aa"),
}
"""About what belongs to nobody."""
OF_ONESELF: Table = {
    "digest preview": ("digest.preview", "focal.point@example.org"),
    "person rename": ("person.rename", "focal.point@example.org Another"),
    "person unlink-sso": ("person.unlink", "focal.point@example.org --reason Moved."),
    "token issue": ("token.issue", "focal.point@example.org Export --scope read"),
    "token list": ("token.revoke", "focal.point@example.org"),
    "token revoke": ("token.revoke", "{token}"),
}
"""About the person who is the focal point."""
THEMSELVES = Thing(reporter="focal point")
HIDDEN = {"token revoke"}
"""Whoever may not is told, as of a token that there is not, that it is not found."""
ENDS_OTHERWISE = {
    # There is nothing to take back, no such digest, or no link.
    *("withdraw dispute", "withdraw repetition", "withdraw supersession", "withdraw mention"),
    *("recommendation unlink", "activity unlink", "person unlink-sso"),
    *("digest drop", "digest resend"),
    # The meeting was held, and the partner belongs already.
    *("meeting move", "meeting hold", "meeting cutoff", "meeting cancel", "partner join"),
    # Their first write is taken back before the next.
    *("verify", "rebuild", "digest send"),
    # There is no checkpoint of one event.
    "consistency",
}
"""What a rule stops although whoever asks may: with 1, 3 or 4, never as a refusal."""
LATER = {
    "list": "",
    "search": "law",
    "show": "CMM8-R01",
    "grid": "CMM8",
    "metrics": "CMM8",
    "meeting list": "",
    "activity list": "",
    "partner list": "",
    "history": "CMM8-R01",
    "changes": "--since 2018-01-01",
}
"""What can be asked as of a day, as `as-of` asks."""
