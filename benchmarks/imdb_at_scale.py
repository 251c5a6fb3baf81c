"""Make IMDb's data sets at any size: a number of titles in, the seven files out, compressed as IMDb gives them.

The proportions and oddities are those of the real files (`imdb_shares`). The same seed gives the same files; `--next`
gives those of the day after, in which 1 % has changed: people have other names, titles are new, and some are gone.
Lines are made and written in stretches, so memory grows by no more than 8 bytes for each title and person.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
from imdb_columns import Ints
from imdb_rows import World, stretch_of_people, stretch_of_titles
from imdb_shares import FULL_PEOPLE, FULL_TITLES, PEOPLE_ODDITIES, TITLE_ODDITIES
from isal import igzip

from normalize.imdb import files

SEED = 1
STRETCH = 100_000
"""Titles or people made at once."""
FASTEST = 0
"""The level of compression that costs least: isal's levels go from 0 to 3."""
SPREAD = 3
"""Of so many numbers one is a title's, on the average."""
PADDED = 10_000_000
"""From this number on an id has eight digits, before it seven."""
BOM = "\ufeff"
WITH_BOM = (files.CREW.name,)
"""The files that begin with a byte order mark, as some of the real ones did."""


def make(folder: Path, titles: int, *, seed: int = SEED, day: int = 0, films_only: bool = False) -> dict[str, int]:
    """Write the seven files.

    Args:
        folder: where to; made if it is not there.
        titles: how many there are about: one of 2,000 is there on another day only.
        seed: what decides all the rest.
        day: 0, or 1 for the day after.
        films_only: every title is a film, where the real share is 6 %.

    Returns:
        the bytes of each file's text by its name.
    """
    world = _world(titles, seed, day, films_only=films_only)
    folder.mkdir(parents=True, exist_ok=True)
    written = dict.fromkeys((each.name for each in files.DATA_SETS), 0)
    with ExitStack() as open_files:
        writers = {}
        for each in files.DATA_SETS:
            # No time of day in the file: the same seed gives the same bytes.
            raw = open_files.enter_context((folder / f"{each.name}.tsv.gz").open("wb"))
            writers[each.name] = open_files.enter_context(igzip.IGzipFile("", "wb", FASTEST, raw, mtime=0))
            header = "\t".join(each.header) + "\n"
            writers[each.name].write(((BOM if each.name in WITH_BOM else "") + header).encode())
        for lines in _stretches(world):
            for name, text in lines.items():
                writers[name].write(text)
                written[name] += len(text)
    return written


def _world(titles: int, seed: int, day: int, *, films_only: bool) -> World:
    rng = np.random.default_rng([seed, 10])
    people = max(1000, titles * FULL_PEOPLE // FULL_TITLES)
    return World(
        _numbers(rng, titles),
        _numbers(rng, people),
        seed,
        day,
        films_only,
        _places(rng, TITLE_ODDITIES, titles),
        _places(rng, PEOPLE_ODDITIES, people),
    )


def _numbers(rng: np.random.Generator, count: int) -> Ints:
    """Give different numbers in the order that their ids have as text: tt1000002 stands after tt10000010."""
    numbers = np.arange(count) * SPREAD + rng.integers(1, SPREAD + 1, count)
    long = numbers >= PADDED
    return numbers[np.argsort(np.where(long, numbers, numbers * 10) * 2 + long, kind="stable")]


def _places(rng: np.random.Generator, shares: Mapping[str, float], count: int) -> dict[str, Ints]:
    """Draw which titles or people are odd in which way: each in one way at the most."""
    wanted = [max(1, round(share * count / 1_000_000)) for share in shares.values()]
    drawn = rng.choice(count, sum(wanted), replace=False)
    return dict(zip(shares, np.split(drawn, np.cumsum(wanted)[:-1]), strict=True))


def _stretches(world: World) -> Iterator[dict[str, pa.Buffer]]:
    of: tuple[tuple[Callable[[World, int, int], dict[str, pa.Buffer]], int], ...] = (
        (stretch_of_people, len(world.people)),
        (stretch_of_titles, len(world.titles)),
    )
    for lines, count in of:
        for start in range(0, count, STRETCH):
            yield lines(world, start, min(start + STRETCH, count))


def main() -> None:
    """Read the command line and make the files."""
    parser = argparse.ArgumentParser(description="Make IMDb's data sets at any size.")
    parser.add_argument("--titles", type=int, default=FULL_TITLES, help=f"how many titles ({FULL_TITLES}); 50 at least")
    parser.add_argument("--films-only", action="store_true", help="make every title a film, where 6 %% are")
    parser.add_argument("--next", action="store_true", help="make the files of the day after, 1 %% of them changed")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the files")
    parser.add_argument("--seed", type=int, default=SEED, help=f"another seed gives other files ({SEED})")
    arguments = parser.parse_args()
    began = time.perf_counter()
    written = make(
        arguments.out, arguments.titles, seed=arguments.seed, day=int(arguments.next), films_only=arguments.films_only
    )
    for name, size in written.items():
        print(f"{arguments.out / name}.tsv.gz: {size:,} bytes of text")
    print(f"{time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
