"""Paidthrough: who has access until when, and which money goes back."""
