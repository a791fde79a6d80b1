"""One SQLite file a school: what was read, what is owed, what was kept, and the Journal."""
