"""Settlements of which the mirror has heard something new."""

from sqlalchemy import select, union

from app.db.dispute import Dispute
from app.db.early_fraud_warning import EarlyFraudWarning
from app.db.engine import Tx
from app.db.refund import Refund
from app.db.settlement import Settlement, SettlementState
from app.db.tables import table_of

_S, _R, _D, _W = (table_of(model) for model in (Settlement, Refund, Dispute, EarlyFraudWarning))
_LIVE = _S.c.state.in_((SettlementState.WAITING, SettlementState.PAID))


def with_changed_refund(tx: Tx) -> list[str]:
    """The claims whose refund has another status than when it was last looked at."""
    changed = select(_S.c.claim).join(_R, _R.c.id == _S.c.refund)
    return list(tx.execute(changed.where(_LIVE, _R.c.status != _S.c.refund_status)).scalars())


def with_new_objections(tx: Tx) -> list[str]:
    """The claims of whose charges one was disputed, or warned of, since they were last looked at."""
    found = union(
        select(_S.c.claim, _S.c.frozen_by, _D.c.id).join(_D, _D.c.charge.in_((_S.c.kept, _S.c.extra))).where(_LIVE),
        select(_S.c.claim, _S.c.frozen_by, _W.c.id).join(_W, _W.c.charge.in_((_S.c.kept, _S.c.extra))).where(_LIVE),
    )
    return sorted({claim for claim, known, objection in tx.execute(found) if objection not in known.split()})
