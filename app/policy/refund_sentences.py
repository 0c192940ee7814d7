"""What a customer is told: the answer in plain words, and what they can do instead."""

from collections.abc import Sequence

from app.policy.duplicate_verdict import Disproof
from app.policy.refund_outcome import DecisionReason, Detail

R, D = DecisionReason, Disproof


def sentence_for(reason: DecisionReason, disproof: Disproof | None = None, missing: Sequence[Detail] = ()) -> str:
    told = f"{DISPROOFS[disproof]} {SENTENCES[reason]}" if disproof else SENTENCES[reason]
    return told.replace("{missing}", _in_words(missing))


def _in_words(missing: Sequence[Detail]) -> str:
    *others, last = [DETAILS[detail] for detail in missing] or ["the details"]
    return f"{', '.join(others)} and {last}" if others else last


DETAILS = {
    Detail.UID: "your user ID",
    Detail.ORDER_NUMBER: "the order number",
    Detail.EVIDENCE: "a screenshot of the error or your receipt",
}

SENTENCES = {
    R.BAD_STANDING: (
        "Your account was closed or suspended for breaking our terms, and then nothing is paid back. "
        "If you think that was wrong, write to support and ask for the decision to be reviewed."
    ),
    R.DETAILS_MISSING: (
        "To decide your claim we still need {missing}. Add it to this claim: the time at which you filed it counts."
    ),
    R.ORDER_NOT_FOUND: (
        "We cannot find that order number among your payments. Please add {missing}: the invoice number or the number "
        "on your receipt will do, or choose the payment from your list. The time at which you filed the claim counts."
    ),
    R.DETAILS_NEVER_CAME: (
        "We could not decide your claim, because {missing} did not reach us in time. "
        "If you have it now, write to support, and we will look at what can still be done."
    ),
    R.TOO_LATE: (
        "Claims count within 24 hours of the charge, and this one came later. "
        "If you had written to support earlier, tell us when: we look it up and count from there."
    ),
    R.NOTHING_CHARGED_TWICE: (
        "No money was taken for this order number, so nothing was charged twice. "
        "If your bank shows a second amount, it may be a hold that it will release; otherwise send us that receipt."
    ),
    R.DUPLICATE_VERIFIED: (
        "You were charged twice for one transaction, and the payment records prove it. "
        "We are refunding the extra charge; you do not need to do anything."
    ),
    R.TWIN_APPROVED: (
        "The same subscription was set up twice. We are ending the second one and refunding its charge; "
        "the first one goes on, and you do not need to do anything."
    ),
    R.TWIN_NEEDS_APPROVAL: (
        "It looks as if the same subscription was set up twice. One of us checks that now and answers here. "
        "You can keep using your subscription; please do not cancel either of them meanwhile."
    ),
    R.TWIN_REJECTED: (
        "We looked at both subscriptions, and they are two separate ones. "
        "You can cancel the one that you do not need in your account settings; it then ends with its current period."
    ),
    R.DUPLICATE_DISPROVED: (
        "So there is nothing to refund here. If you have a receipt that shows otherwise, appeal here and add it."
    ),
    R.DUPLICATE_APPEALED: ("So say the records; you have told us more. One of us looks at that now and answers here."),
    R.DISPROOF_UPHELD: (
        "One of us has looked at it as well, and the records stand, so there is nothing to refund. "
        "Write to support if there is anything else that we can do for you."
    ),
    R.DUPLICATE_SUSPECTED: (
        "Your two payments look alike, and the records alone do not prove that they were for one transaction. "
        "One of us looks at them and answers here; if anything shows that they were, add it to this claim."
    ),
    R.SUSPICION_REJECTED: (
        "We looked at your payments, and they are not two charges for one transaction. "
        "If you have a receipt that shows another charge, appeal here and add it."
    ),
    R.NO_SECOND_PAYMENT: (
        "We find only one payment for this order. One of us looks at the evidence that you sent and answers here; "
        "the number on the receipt of the other charge helps us most."
    ),
    R.PAYMENT_NOT_SETTLED: (
        "One of the payments is still being processed, so we cannot judge it yet. "
        "We look again by ourselves and answer here; your claim is in time."
    ),
    R.DELIVERED: (
        "This order was delivered, and what has been delivered cannot be paid back. "
        "If you cannot find or open the result, write to support, and we will help you get to it."
    ),
    R.NOTHING_CHARGED: (
        "No money was taken for this order, so there is nothing to pay back. "
        "If your bank shows a charge, send us its receipt number in a new claim."
    ),
    R.FAILURE_TO_BE_VERIFIED: (
        "One of us checks what went wrong and answers here. If it was our fault, we run the task again "
        "or credit your account."
    ),
    R.FAILURE_NOT_CONFIRMED: (
        "We checked this order and found no fault on our side. "
        "If you have a screenshot of an error that we have not seen, appeal here and add it."
    ),
    R.FAILURE_TO_REPROCESS: (
        "You are right: this failed on our side. We are running it again at no cost, and you need not do anything."
    ),
    R.FAILURE_TO_CREDIT: (
        "You are right: this failed on our side, and running it again is not possible. "
        "We are crediting your account with what you paid; the credit is used for your next invoice."
    ),
    R.FAILURE_TO_REVIEW: (
        "You are right: this failed on our side, and neither running it again nor a credit makes it good. "
        "One of us decides what does, and answers here."
    ),
    R.NOT_CANCELED_IN_TIME: (
        "We looked, and there is no cancellation of yours from before this renewal, so the new period stands. "
        "You can cancel in your account settings now; you keep access until the period ends and are not charged again."
    ),
    R.DISLIKED: (
        "There is no refund because of taste, style or quality: every result costs us the same to make. "
        "You can try again with a changed prompt, or cancel in your account settings for the end of the period."
    ),
    R.OWN_MISTAKE: (
        "There is no refund for a wrong prompt, a wrong setting or something published by accident. "
        "You can correct it and run it again, and support will gladly help you to get it right."
    ),
    R.REST_OF_PERIOD: (
        "The rest of a period that has begun is not paid back. You can cancel in your account settings: "
        "you keep access until the period ends, and no further one is charged."
    ),
    R.RENEWED: (
        "The renewal took place before you canceled, so the new period stands. "
        "You can cancel in your account settings now for its end; you keep access until then and are not charged again."
    ),
    R.TO_BE_READ: (
        "One of us reads your claim and answers here. If you were charged twice or got nothing for your money, "
        "say so in the claim: that speeds it up."
    ),
    R.NO_GROUND: (
        "We have read your claim. Money goes back for a charge that was made twice, and we make good what failed on "
        "our side; your claim tells of neither. Support is there for anything else that we can do for you."
    ),
}

DISPROOFS = {
    D.SAME_CHARGE: "Both order numbers belong to one and the same charge.",
    D.DIFFERENT_ACCOUNT: "The two payments went to different businesses; please ask the other one.",
    D.DIFFERENT_MODE: "One of the two is a test payment, for which no money was taken.",
    D.DIFFERENT_CURRENCY: "The two payments were made in different currencies, so they are separate purchases.",
    D.OTHER_CUSTOMER: "The other payment is not one of yours.",
    D.FAILED_THEN_RETRIED: "The first attempt was turned down and took no money; only the repeated one did.",
    D.PAYMENT_FAILED: "One of the two payments failed and took no money; if your bank shows it, it will disappear.",
    D.UNCAPTURED_HOLD: "One of the two is only a hold, which your bank releases by itself within some days.",
    D.ZERO_AMOUNT: "One of the two was for nothing, so no money was taken.",
    D.DISPUTED: "You have disputed one of these charges with your bank; it is decided there, and you can answer there.",
    D.FRAUD_WARNING: "Your bank has marked one of these charges as suspicious; please settle that with it first.",
    D.REFUND_UNDER_WAY: "One of the two is already on its way back to you; your bank shows it within some days.",
    D.ALREADY_REFUNDED: "One of the two has already been paid back; please look at your bank statement.",
    D.CREDIT_NOTE: "A credit note was already issued for one of them; you find it beside your invoices.",
    D.OUT_OF_BAND: "One of the two was paid in another way than by this charge; please send that receipt to support.",
    D.PARTIAL_PAYMENTS: "The two payments together paid one invoice, and not more than it asked for.",
    D.PRORATION_INVOICE: "One of the two is for a change of your plan within the period.",
    D.ANCHOR_RESET: "One of the two began a new period when your billing date was moved.",
    D.USAGE_LINES: "One of the two is for what you used, which is billed on top of the plan.",
    D.RENEWAL: "The two payments are for two different periods: one of them is a renewal. You can cancel for the next.",
    D.DIFFERENT_PRICE: "The two payments are for different products or prices.",
    D.DIFFERENT_QUANTITY: "The two payments are for different quantities.",
    D.DIFFERENT_ORDER: "The two payments belong to two different orders.",
    D.DIFFERENT_AMOUNT: "The two payments are of different amounts.",
    D.SECOND_SEAT: "The second payment is for another seat or user; cancel it in your account settings if unneeded.",
}
