"""Stripe's HTTP conventions: form encoding, parameters, errors, expansion, pages, idempotency."""
