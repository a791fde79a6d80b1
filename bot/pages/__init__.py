"""Pages on their platforms: the client of Meta's Graph API, and the shapes of its answers."""
