"""Journeys: read, decide, act, record."""
