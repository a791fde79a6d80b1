"""Letters to people: what they say, and how they leave the house."""
