"""The only code that talks to Stripe; it returns plain snapshots."""
