"""Imports every feature, so that events, projections and tables are known. The top layer imports this first."""

from tracker.digests import tables as _digests  # noqa: F401
from tracker.eventstore import work as _work  # noqa: F401
from tracker.eventstore.seal import tables as _seal  # noqa: F401
from tracker.followers import news as _news  # noqa: F401
from tracker.followups import projection as _followups  # noqa: F401
from tracker.identity import tables as _identity  # noqa: F401
from tracker.meetings import projection as _meetings  # noqa: F401
from tracker.metrics import tables as _metrics  # noqa: F401
from tracker.people import letters_address as _letters_address  # noqa: F401
from tracker.people import letters_factors as _letters_factors  # noqa: F401
from tracker.people import letters_in as _letters_in  # noqa: F401
from tracker.people import letters_sso as _letters_sso  # noqa: F401
from tracker.people import projection as _people  # noqa: F401
from tracker.people import projection_access as _access  # noqa: F401
from tracker.people import projection_recoveries as _recoveries  # noqa: F401
from tracker.recommendations import projection as _recommendations  # noqa: F401
from tracker.search import projection as _search  # noqa: F401
