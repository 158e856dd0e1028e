"""${message}

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
Events are never edited. A changed projection table has the same change on its `_shadow` twin.
"""

import sqlalchemy as sa
from alembic import op
${f"{imports}\n" if imports else ""}
revision = "${up_revision}"
down_revision = ${f'"{down_revision}"' if isinstance(down_revision, str) else down_revision}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
