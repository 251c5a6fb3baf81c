"""`python -m migrations …`: Alembic's whole command line on the revisions beside this file, in any folder.

In the tree `alembic.ini` tells `alembic` where they are; an installed package has no such file where it runs.
"""

from collections.abc import Sequence
from pathlib import Path

from alembic.config import CommandLine, Config


def main(argv: Sequence[str] | None = None) -> None:
    """Run one of Alembic's commands, such as `upgrade head`; None: the arguments of the process.

    Raises:
        SystemExit: as `alembic` ends.
    """
    line = CommandLine(prog="python -m migrations")
    options = line.parser.parse_args(argv)
    if not hasattr(options, "cmd"):
        line.parser.error("no command; such as: upgrade head")
    config = Config(cmd_opts=options)
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    line.run_cmd(config, options)


if __name__ == "__main__":
    main()
