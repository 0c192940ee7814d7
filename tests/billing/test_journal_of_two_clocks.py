"""Two processes whose clocks differ tell one story about access."""

from datetime import timedelta

from sqlalchemy import text

from app.billing.standing import Ruling, decide_standing
from app.policy.standing import Standing
from tests.support.stage import stage


def test_a_clock_that_is_behind_takes_nothing_back_that_is_told(database_url: str) -> None:
    with stage(database_url) as made:
        made.subscribe("ada")
        made.advance(hours=1)
        for standing in (Standing.SUSPENDED, Standing.GOOD):
            annul = standing is Standing.GOOD
            ruling = Ruling(uid="ada", standing=standing, reason="seen", actor="olga", annul=annul)
            decide_standing(made.context, ruling)
            made.clock.advance(-timedelta(seconds=20))
        with made.context.db.read() as tx:
            told = list(tx.execute(text("SELECT transition FROM access_transition ORDER BY id")).scalars())
        assert [it for it in told if it != "revised"][-2:] == ["forfeited", "restored"]
