"""A refund that comes to nothing leaves its charge paid, though no event says so of the charge."""

from tests.billing.settling_stage import Settling


def test_the_charge_is_known_to_be_paid_again(settling: Settling) -> None:
    charge = settling.claims.pay()
    refund = settling.world.call("POST", "/v1/refunds", charge=charge)
    settling.stage.deliver()
    assert settling.row("charge", charge)["amount_refunded"] == 900
    settling.stage.advance(days=3)
    settling.world.fail_refund(refund["id"])
    settling.deliver_quietly()
    assert (settling.row("charge", charge)["amount_refunded"], settling.charge(charge)["amount_refunded"]) == (0, 0)
