"""The school's misuse procedure as data, and what it says about one comment."""

from bot.policy.clauses import Clause, Policy, PolicyError, load
from bot.policy.decide import decide

__all__ = ["Clause", "Policy", "PolicyError", "decide", "load"]
