"""The revisions, numbered and named; each says what changes for whom."""
