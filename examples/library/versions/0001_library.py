"""The store of the library plan.

Its tables are authors, languages, load_runs, readers, subjects, books, repairs, book_authors, book_subjects,
loans.
Written by `python -m normalize plan`; the rows come in after the revisions, from the legacy tables.

Revision ID: 0001
Revises: nothing; it is the first
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('authors',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.CheckConstraint("name != ''", name=op.f('ck_authors_name_said')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authors')),
    sa.UniqueConstraint('name', name=op.f('uq_authors_name'))
    )
    op.create_table('languages',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.CheckConstraint("name != ''", name=op.f('ck_languages_name_said')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_languages')),
    sa.UniqueConstraint('name', name=op.f('uq_languages_name'))
    )
    op.create_table('load_runs',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('file', sa.Text(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('started_at', sa.Text(), nullable=False),
    sa.Column('finished_at', sa.Text(), nullable=False),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('counts', sa.Text(), nullable=False),
    sa.CheckConstraint("verdict IN ('passed', 'failed')", name=op.f('ck_load_runs_verdict_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_load_runs'))
    )
    op.create_table('readers',
    sa.Column('card', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.CheckConstraint("card != ''", name=op.f('ck_readers_card_said')),
    sa.CheckConstraint("name != ''", name=op.f('ck_readers_name_said')),
    sa.PrimaryKeyConstraint('card', name=op.f('pk_readers'))
    )
    op.create_table('subjects',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.CheckConstraint("name != ''", name=op.f('ck_subjects_name_said')),
    sa.CheckConstraint('id BETWEEN -9007199254740991 AND 9007199254740991', name=op.f('ck_subjects_id_range')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subjects'))
    )
    op.create_table('books',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('year', sa.BigInteger(), nullable=True),
    sa.Column('price', sa.Numeric(precision=8, scale=2, asdecimal=False), nullable=True),
    sa.Column('language_id', sa.BigInteger(), nullable=True),
    sa.Column('acquired_on', sa.Date(), nullable=True),
    sa.CheckConstraint("code != ''", name=op.f('ck_books_code_said')),
    sa.CheckConstraint("title != ''", name=op.f('ck_books_title_said')),
    sa.CheckConstraint('price BETWEEN 0 AND 100000', name=op.f('ck_books_price_range')),
    sa.CheckConstraint('year BETWEEN 1450 AND 2100', name=op.f('ck_books_year_range')),
    sa.ForeignKeyConstraint(['language_id'], ['languages.id'], name=op.f('fk_books_language_id')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_books'))
    )
    op.create_index(op.f('ix_books_language_id'), 'books', ['language_id'], unique=False)
    op.create_table('repairs',
    sa.Column('run_id', sa.Text(), nullable=False),
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('source_table', sa.Text(), nullable=False),
    sa.Column('source_key', sa.Text(), nullable=False),
    sa.Column('source_column', sa.Text(), nullable=False),
    sa.Column('old_value', sa.Text(), nullable=True),
    sa.Column('new_value', sa.Text(), nullable=True),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.CheckConstraint("outcome IN ('repaired', 'nothing', 'duplicate', 'refused')", name=op.f('ck_repairs_outcome_known')),
    sa.ForeignKeyConstraint(['run_id'], ['load_runs.id'], name=op.f('fk_repairs_run_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('run_id', 'number', name=op.f('pk_repairs'))
    )
    op.create_table('book_authors',
    sa.Column('book_code', sa.Text(), nullable=False),
    sa.Column('author_id', sa.BigInteger(), nullable=False),
    sa.Column('ordering', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.CheckConstraint('ordering > 0', name=op.f('ck_book_authors_ordering_positive')),
    sa.ForeignKeyConstraint(['author_id'], ['authors.id'], name=op.f('fk_book_authors_author_id')),
    sa.ForeignKeyConstraint(['book_code'], ['books.code'], name=op.f('fk_book_authors_book_code'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('book_code', 'author_id', name=op.f('pk_book_authors')),
    sa.UniqueConstraint('book_code', 'ordering', name=op.f('uq_book_authors_book_code_ordering'))
    )
    op.create_index(op.f('ix_book_authors_author_id'), 'book_authors', ['author_id'], unique=False)
    op.create_table('book_subjects',
    sa.Column('book_code', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.BigInteger(), nullable=False),
    sa.Column('ordering', sa.Integer(), nullable=False),
    sa.CheckConstraint('ordering > 0', name=op.f('ck_book_subjects_ordering_positive')),
    sa.ForeignKeyConstraint(['book_code'], ['books.code'], name=op.f('fk_book_subjects_book_code'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['subject_id'], ['subjects.id'], name=op.f('fk_book_subjects_subject_id')),
    sa.PrimaryKeyConstraint('book_code', 'subject_id', name=op.f('pk_book_subjects')),
    sa.UniqueConstraint('book_code', 'ordering', name=op.f('uq_book_subjects_book_code_ordering'))
    )
    op.create_index(op.f('ix_book_subjects_subject_id'), 'book_subjects', ['subject_id'], unique=False)
    op.create_table('loans',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('book_code', sa.Text(), nullable=False),
    sa.Column('reader_card', sa.Text(), nullable=False),
    sa.Column('lent_on', sa.Date(), nullable=False),
    sa.Column('returned_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['book_code'], ['books.code'], name=op.f('fk_loans_book_code')),
    sa.ForeignKeyConstraint(['reader_card'], ['readers.card'], name=op.f('fk_loans_reader_card')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loans'))
    )
    op.create_index(op.f('ix_loans_book_code'), 'loans', ['book_code'], unique=False)
    op.create_index(op.f('ix_loans_reader_card'), 'loans', ['reader_card'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_loans_reader_card'), table_name='loans')
    op.drop_index(op.f('ix_loans_book_code'), table_name='loans')
    op.drop_table('loans')
    op.drop_index(op.f('ix_book_subjects_subject_id'), table_name='book_subjects')
    op.drop_table('book_subjects')
    op.drop_index(op.f('ix_book_authors_author_id'), table_name='book_authors')
    op.drop_table('book_authors')
    op.drop_table('repairs')
    op.drop_index(op.f('ix_books_language_id'), table_name='books')
    op.drop_table('books')
    op.drop_table('subjects')
    op.drop_table('readers')
    op.drop_table('load_runs')
    op.drop_table('languages')
    op.drop_table('authors')
