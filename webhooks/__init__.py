"""The door for Stripe."""
