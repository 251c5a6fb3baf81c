"""What sources say of directors is kept with the id that each gives them, as of writers and actors.

For loads of several sources: an entry of a director in `movie_sources.said` begins with the id; in the legacy file it
is the name.

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UP = {
    "sqlite": """
        UPDATE movie_sources SET said = json_set(said, '$.directors', json((
            SELECT json_group_array(
                json_array(json_extract(value, '$[0]'), json_extract(value, '$[0]'), json_extract(value, '$[1]'))
            )
            FROM json_each(said, '$.directors')
        ))) WHERE json_array_length(said, '$.directors') > 0
    """,
    "postgresql": """
        UPDATE movie_sources SET said = CAST(jsonb_set(CAST(said AS jsonb), '{directors}', (
            SELECT jsonb_agg(jsonb_build_array(entry -> 0, entry -> 0, entry -> 1) ORDER BY place)
            FROM jsonb_array_elements(CAST(said AS jsonb) -> 'directors') WITH ORDINALITY AS of_film (entry, place)
        )) AS text) WHERE jsonb_array_length(CAST(said AS jsonb) -> 'directors') > 0
    """,
}
DOWN = {
    "sqlite": """
        UPDATE movie_sources SET said = json_set(said, '$.directors', json((
            SELECT json_group_array(json_array(json_extract(value, '$[1]'), json_extract(value, '$[2]')))
            FROM json_each(said, '$.directors')
        ))) WHERE json_array_length(said, '$.directors') > 0
    """,
    "postgresql": """
        UPDATE movie_sources SET said = CAST(jsonb_set(CAST(said AS jsonb), '{directors}', (
            SELECT jsonb_agg(jsonb_build_array(entry -> 1, entry -> 2) ORDER BY place)
            FROM jsonb_array_elements(CAST(said AS jsonb) -> 'directors') WITH ORDINALITY AS of_film (entry, place)
        )) AS text) WHERE jsonb_array_length(CAST(said AS jsonb) -> 'directors') > 0
    """,
}
"""By database. JSON in text, as the store keeps it."""


def upgrade() -> None:
    op.execute(UP[op.get_context().dialect.name])


def downgrade() -> None:
    op.execute(DOWN[op.get_context().dialect.name])
