"""What is kept about an incident: the raw record, the picture drawn from it, and the proof of both."""
