"""How the store's shape changes: Alembic's environment and the numbered revisions."""
