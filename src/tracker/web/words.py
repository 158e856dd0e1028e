"""The field's own words for the codes that events carry, and nothing else."""

STATUS = {
    "implemented": "Implemented",
    "partially_implemented": "Partially implemented",
    "under_implementation": "Under implementation",
    "not_started": "Not started",
    "not_implemented": "Not implemented",
    "overtaken_by_events": "Overtaken by events",
    "superseded": "Superseded",
    "closed_by_meeting": "Closed by the meeting",
}
NO_INFORMATION_CODE = "no_information"
NO_INFORMATION = "No information"
"""Nobody reported; that is not the same as not started."""

STATUS_HINT = {
    "not_started": "Nothing has been done yet.",
    "under_implementation": "Work is going on.",
    "partially_implemented": "Some of what was recommended is done, and the rest is not.",
    "implemented": "All of it is done.",
    "not_implemented": "It was not done and is not going to be.",
    "overtaken_by_events": "It no longer applies.",
}
RESPONSE = {
    "supported": "Supported",
    "supported_in_part": "Supported in part",
    "noted": "Noted",
}
VERIFICATION = {
    "reported": "Reported",
    "validated": "Validated",
    "verified": "Verified",
    "disputed": "Disputed",
}
KIND = {"action_plan": "Action plan", "recommendation": "Recommendation"}
NATURE = {"operational": "Operational", "informational": "Informational"}
RELATION = {
    "restates": "restates",
    "elaborates": "elaborates",
    "follows": "follows",
    "relates": "relates to",
}
RELATION_BACK = {
    "restates": "is restated by",
    "elaborates": "is elaborated by",
    "follows": "is followed by",
    "relates": "relates to",
}
BASIS = {"stated": "Stated in the text", "inferred": "Inferred by the editors"}
MEETING_KIND = {
    "ministerial": "Ministerial meeting",
    "senior_officials": "Senior officials’ meeting",
    "consultative": "Consultative meeting",
}
MEETING_STATE = {"planned": "Planned", "held": "Held", "cancelled": "Cancelled"}
PARTNER_KIND = {"country": "Country", "organisation": "Organisation"}
STANDING = {"main": "Main focal point", "alternate": "Alternate"}
ROLE = {
    "reader": "Reader",
    "focal_point": "Focal point",
    "validating_authority": "Validating authority",
    "secretariat": "Secretariat",
    "auditor": "Auditor",
    "admin": "Administrator",
    "service": "The tracker itself",
}


CODES = STATUS | RESPONSE | VERIFICATION | KIND | NATURE | MEETING_STATE | STANDING | ROLE
"""Any code that may stand in an event, in words."""
DOOR = {
    "web": "in the browser",
    "cli": "on the command line",
    "api": "by another program",
    "seed": "loaded from files",
    "worker": "by the tracker itself",
}
"""By which door an event came."""


def status(code: str | None) -> str:
    """A status in words; none at all means that nobody reported."""
    return NO_INFORMATION if code in (None, NO_INFORMATION_CODE) else STATUS.get(str(code), str(code))


SHORT = {
    "implemented": "I",
    "partially_implemented": "P",
    "under_implementation": "U",
    "not_started": "N",
    "not_implemented": "X",
    "overtaken_by_events": "O",
    "superseded": "S",
    "closed_by_meeting": "C",
    NO_INFORMATION_CODE: "–",
}
"""One letter a status, for the cells of the grid; its legend gives the words."""

MEANS = {
    "link": "Mailed link",
    "console": "Link from the server",
    "code": "Mailed link and a code",
    "recovery_code": "Mailed link and a recovery code",
    "passkey": "Passkey",
    "oidc": "The ministry’s sign-in",
}
"""By what a session began, and what stands behind it."""

EVENT = {
    "body.established": "Body established",
    "body.revised": "Body revised",
    "body.theme_defined": "Theme defined",
    "meeting.scheduled": "Meeting scheduled",
    "meeting.revised": "Meeting revised",
    "meeting.corrected": "Meeting corrected",
    "meeting.moved": "Meeting moved",
    "meeting.held": "Meeting held",
    "meeting.cutoff_set": "Reporting cut-off set",
    "meeting.embargoed": "What it adopted put under embargo",
    "meeting.released": "What it adopted released",
    "meeting.cancelled": "Meeting cancelled",
    "meeting.workshop_recorded": "Workshop recorded",
    "meeting.fact_recorded": "Fact recorded",
    "recommendation.recorded": "Recommendation recorded",
    "recommendation.revised": "Recommendation revised",
    "recommendation.classified": "Nature and themes set",
    "recommendation.repeated": "Printed again in the source",
    "recommendation.repetition_withdrawn": "Not printed again after all",
    "recommendation.linked": "Linked",
    "recommendation.unlinked": "Link withdrawn",
    "recommendation.superseded": "Superseded",
    "recommendation.supersession_withdrawn": "Not superseded after all",
    "recommendation.directed": "Directed to partners",
    "recommendation.released": "Addressees released",
    "recommendation.due_set": "Due date set",
    "recommendation.due_moved": "Due date moved",
    "recommendation.due_withdrawn": "Due date taken away",
    "activity.recorded": "Activity recorded",
    "activity.revised": "Activity revised",
    "activity.mentioned": "Activity mentioned by a meeting",
    "activity.mention_withdrawn": "Mention withdrawn",
    "activity.linked": "Activity linked to a recommendation",
    "activity.unlinked": "Activity no longer linked",
    "followup.response_recorded": "Response recorded",
    "followup.progress_reported": "Progress reported",
    "followup.report_corrected": "Report corrected",
    "followup.report_validated": "Report validated",
    "followup.report_verified": "Report verified",
    "followup.report_disputed": "Report disputed",
    "followup.report_withdrawn": "Report taken back",
    "followup.dispute_withdrawn": "Dispute taken back",
    "followup.due_moved": "Due date moved",
    "followup.closed": "Closed by a meeting",
    "followup.reopened": "Reopened by a meeting",
    "followup.decision_withdrawn": "Decision taken back",
    "partner.registered": "Partner registered",
    "partner.renamed": "Partner renamed",
    "partner.joined": "Partner joined a body",
    "partner.membership_corrected": "Membership corrected",
    "partner.left": "Partner left a body",
    "person.registered": "Account opened",
    "person.role_granted": "Role given",
    "person.role_withdrawn": "Role taken back",
    "person.disabled": "Account disabled",
    "person.enabled": "Account enabled again",
    "person.renamed": "Goes by another name",
    "person.address_changed": "Mail goes to another address",
    "person.factor_enrolled": "Second factor set up",
    "person.factor_removed": "Second factor given up",
    "person.recovery_requested": "Recovery of a lost second factor asked for",
    "person.recovery_approved": "Recovery approved",
    "person.recovery_withdrawn": "Recovery stopped",
    "person.recovery_done": "Second factors reset",
    "token.issued": "Token made",
    "token.revoked": "Token revoked",
    "person.linked": "Linked to an outside sign-in",
    "person.unlinked": "No longer linked to an outside sign-in",
    "focal_point.appointed": "Focal point appointed",
    "focal_point.handed_over": "Focal point handed over",
    "focal_point.retired": "Focal point retired",
}
"""What happened, as a heading of the history."""
