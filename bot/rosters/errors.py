"""What can be wrong with a roster file."""

from __future__ import annotations


class RosterError(Exception):
    """Everything that is wrong with a file, by line and reason, without the names in it."""
