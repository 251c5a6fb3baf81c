"""Alembic's environment: the run of the plan that lies beside this file."""

from pathlib import Path

from normalize.environment import run_file

run_file(Path(__file__).with_name("plan.py"))
