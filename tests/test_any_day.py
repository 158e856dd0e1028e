"""Whatever was decided, and whenever it was so: any day can be asked for, and nothing that it rests on is missing."""

from datetime import date, timedelta
from functools import reduce

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.folding import lived
from tests.test_deciders import FEATURES, Feature
from tracker.audit import fold
from tracker.eventstore.projector import all_projections
from tracker.eventstore.rows import Rows
from tracker.eventstore.two_times import so_by
from tracker.kit.clock import at_midnight

FIRST = date(2018, 1, 1)
days = st.integers(0, 400).map(lambda number: at_midnight(FIRST + timedelta(days=number)))
KEYS = {
    "focal points": "ASEM-CMM:IDN",
    "followup": "CMM8-R03:IDN",
    "partner": "IDN",
    "body": "ASEM-CMM",
    "meeting": "CMM8",
    "activity": "ASEM-ACT-01",
    "recommendation": "CMM8-R03",
}


@pytest.mark.parametrize("name", FEATURES)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_history_folds_on_any_day(name: str, data: st.DataObject) -> None:
    feature: Feature = FEATURES[name]
    history = [
        msgspec.structs.replace(each, effective_at=data.draw(days))
        for each in lived(feature.decider, KEYS.get(name, "x"), data.draw(feature.commands))
    ]
    then = so_by(history, data.draw(days))
    rows = Rows(None, fresh=True)
    for recorded in then:
        for projection in all_projections().values():
            projection.apply(rows, recorded)
    for _, finished in rows.finished():
        assert all(row is not None for row in finished)
    assert isinstance(reduce(fold.evolve, then, fold.NOTHING), dict)
