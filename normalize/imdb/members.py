"""A set of millions of numbers, in which others are looked up by the million: numbers in, a mask out.

A flag for each number there could be takes one look, where a search in a sorted array takes twenty, most of them at
memory that no cache has. The numbers of IMDb's ids are dense enough for that.
"""

import numpy as np

from normalize.imdb.columns import Mask, Numbers, places_of

FAR = 1 << 26
"""Numbers from here on have no flag: IMDb's are below, and what a damaged file has is searched for. A flag is a byte,
and the system gives only the pages of them that are used."""


class Members:
    """The numbers.

    limit: one more than the largest of them.
    """

    def __init__(self, numbers: Numbers) -> None:
        self._flags = np.zeros(0, dtype=bool)
        self._far = np.array([], dtype=np.int64)
        self.limit = 1
        self.add(numbers)

    def add(self, numbers: Numbers) -> None:
        """Put numbers in; none is negative."""
        if not len(numbers):
            return
        self.limit = max(self.limit, int(numbers.max()) + 1)
        near = numbers[numbers < FAR]
        if len(near) and near.max() >= len(self._flags):
            room = max(int(near.max()) + 1, 2 * len(self._flags))  # doubled, so that adding again and again stays cheap
            flags = np.zeros(min(FAR, room), dtype=bool)
            flags[: len(self._flags)] = self._flags
            self._flags = flags
        self._flags[near] = True
        self._far = np.union1d(self._far, numbers[numbers >= FAR])

    def has(self, numbers: Numbers) -> Mask:
        """Say of each number whether it is among them."""
        near = (numbers >= 0) & (numbers < len(self._flags))
        found = np.zeros(len(numbers), dtype=bool)
        found[near] = self._flags[numbers[near]]
        return found | (places_of(numbers, self._far) >= 0) if len(self._far) else found
