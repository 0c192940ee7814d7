"""Where our API release says otherwise than the document of 2026-05-27.dahlia, each with its reason.

The stripe package's own annotations still judge what is let through here.
"""

from __future__ import annotations

from collections.abc import Mapping

#: (schema, field): the document's word on this field doesn't count.
FIELDS: Mapping[tuple[str, str], str] = {
    ("invoice", "amount_paid_off_stripe"): "shown only where a request expands it, never in an event",
    ("portal_flows_flow", "type"): "endive added the flow subscription_pause",
    ("customer", "cash_balance"): "nullable in the document, but shown only where a request expands it",
    ("charge", "refunds"): "nullable in the document, but shown only where a request expands it",
    ("invoice", "confirmation_secret"): "nullable in the document, but shown only where a request expands it",
}
#: Objects without a schema.
OBJECTS: Mapping[str, str] = {
    "entitlements.active_entitlement_summary": "rendered in events only; the document has what the API answers",
}
#: (operation, parameter) that was added or became something else.
PARAMETERS: Mapping[tuple[str, str], str] = {
    ("PostSubscriptionsSubscriptionExposedId", "billing_cycle_anchor"): "endive: an object, no longer a text",
    ("PostSubscriptionsSubscriptionResume", "billing_cycle_anchor"): "endive: an object, no longer a text",
    ("PostSubscriptionsSubscriptionResume", "payment_behavior"): "endive added it",
    ("GetSubscriptions", "plan"): "old, and left out of the document; the package has it",
    ("PostProducts", "type"): "old, and left out of the document; the package has it",
    ("PostSubscriptions", "trial_settings"): "endive: missing_payment_method became optional",
    ("PostSubscriptionsSubscriptionExposedId", "trial_settings"): "endive: missing_payment_method became optional",
    ("PostPaymentIntents", "allowed_payment_method_types"): "endive: in place of payment_method_types",
    ("PostCheckoutSessions", "allowed_payment_method_types"): "endive: in place of payment_method_types",
    ("PostWebhookEndpoints", "api_version"): "later releases",
    ("PostWebhookEndpoints", "enabled_events"): "later event types",
    ("PostWebhookEndpointsWebhookEndpoint", "enabled_events"): "later event types",
}
#: (method, path with a blank) of operations that the document lacks.
OPERATIONS: Mapping[tuple[str, str], str] = {
    ("post", "/v1/subscriptions/{}/pause"): "endive added it",
}
