"""The wire shapes of API 2026-10-28.endive: each function makes one new object."""
