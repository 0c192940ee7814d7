"""A small, strict and stateful imitation of Stripe, for the demo and for tests."""
