"""Pupils: what they may be called, where a comment may mean one, and the judgement in context."""
