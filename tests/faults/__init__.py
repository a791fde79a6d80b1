"""Killing the service at every boundary, and looking at what is left."""
