"""`python docs/commands.py`: writes docs/commands.md, every command with its arguments and options, from the code."""

from pathlib import Path

import click

from api.__main__ import main as api
from expectations.__main__ import main as expectations
from index.__main__ import main as index
from normalize.__main__ import main as normalize

HEAD = """# Every command

Written by `python docs/commands.py` from the commands themselves; `--help` says the same. `alembic`, and `python -m
migrations` where only the package is installed, have Alembic's own options, and `-x` takes those of [the
rebuild](dba.md).
"""
PLACE = Path(__file__).with_name("commands.md")


def told(name: str, command: click.Command) -> str:
    """Give the part of one command, or of all the commands of a group.

    Args:
        name: such as `python -m index`.
        command: as click has it.
    """
    if isinstance(command, click.Group):
        return "\n".join(told(f"{name} {key}", command.commands[key]) for key in sorted(command.commands))
    context = click.Context(command)
    usage = " ".join([name, *(part for part in command.collect_usage_pieces(context) if part != "[OPTIONS]")])
    paragraphs = [" ".join(part.split()) for part in (command.help or "").split("\n\n")]
    records = [param.get_help_record(context) for param in command.params]
    rows = [f"| `{option}` | {says} |" for option, says in filter(None, records) if says]
    table = ["", "| option | what it does |", "| --- | --- |", *rows] if rows else []
    return "\n".join([f"## `{usage}`", "", "\n\n".join(paragraphs), *table, ""])


def page() -> str:
    """Give the whole page."""
    rooms = {"normalize": normalize, "expectations": expectations, "index": index, "api": api}
    return "\n".join([HEAD, *(told(f"python -m {name}", command) for name, command in rooms.items())])


if __name__ == "__main__":
    PLACE.write_text(page(), encoding="utf-8")
