"""Alembic's environment: the run of `normalize.environment`, on films."""

from normalize.environment import run
from normalize.film_plan import FILMS

run(FILMS)
