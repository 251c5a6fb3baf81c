"""The gate: suites and frames in, a result for each expectation out; the only place that Great Expectations is known.

It takes seconds and hundreds of megabytes to import, so it is imported when a `Gate` is made and never before.
"""

import logging
import os
import warnings
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

import pandas as pd

from expectations import in_database
from expectations.failing import MASKS, columns_of, looked_at
from expectations.importing import imported_for_good
from expectations.proven import Unique, proven, proves
from expectations.suites import Suite, SuiteError
from expectations.verdicts import GATING, Result, outcome_of, result_of, rows_failing, shown

NUMBER = "number"
"""Where an expectation's place in its suite is kept among Great Expectations' own notes on it."""
LIKENESS = 0.85
"""How like the name of a table another name must be to be taken for it misspelt; 1 is the same."""


class Gate:
    """Suites, ready to be applied."""

    def __init__(self, suites: Sequence[Suite]) -> None:
        """Import Great Expectations and let it read the suites.

        Raises:
            SuiteError: a suite that Great Expectations does not take; names file and place.
        """
        os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # it would report its use over the network
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of what its own dependencies do
            gx = imported_for_good("great_expectations")  # seconds and hundreds of megabytes, only here
            from great_expectations.expectations.expectation_configuration import (  # noqa: PLC0415 - the same
                ExpectationConfiguration,
            )

            logging.getLogger("great_expectations").setLevel(logging.ERROR)
            self._context = gx.get_context(mode="ephemeral")
            self._context.variables.progress_bars = {"globally": False}
            self._suites = suites
            self._expectations = {
                suite.file: [_build(ExpectationConfiguration, suite, n) for n in range(len(suite.expectations))]
                for suite in suites
            }
            self._suite_of = gx.ExpectationSuite

    def check(
        self, kind: str, frames: Mapping[str, pd.DataFrame], keys: Mapping[str, Sequence[str]]
    ) -> tuple[Result, ...]:
        """Apply the suites of one kind to the frames.

        Args:
            kind: raw or store.
            frames: table → frame; a raw suite of another table is passed over, as other sources have theirs.
            keys: table → the columns that name a row.

        Raises:
            SuiteError: a store suite speaks of a table that is not there, or a raw one of a table that its source has
                not, a suite of a column that its table has not, or it cannot be applied to its values.
        """
        _refuse_unknown_tables([suite for suite in self._suites if suite.kind == kind], frames)
        results: list[Result] = []
        for suite in self._suites:
            if suite.kind == kind and suite.table in frames:
                frame = _comparable(frames[suite.table])
                _refuse_unknown_columns(suite, frame)
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # as above
                    batch = self._batch(frame)
                    results += [
                        self._result_in_frame(suite, number, verdict, batch, frame, keys[suite.table])
                        for number, verdict in enumerate(self._verdicts(suite, batch))
                    ]
        return tuple(results)

    def check_tables(
        self,
        kind: str,
        connection: Any,  # noqa: ANN401 - a driver's own
        tables: Mapping[str, str],
        keys: Mapping[str, Sequence[str]],
        unique: Mapping[str, Unique] = MappingProxyType({}),
    ) -> tuple[Result, ...]:
        """Apply the suites of one kind to tables where they lie, what is not committed yet among it.

        Args:
            kind: raw or store.
            connection: the driver's own, in the transaction that sees the tables; it stays open and as it is.
            tables: table, as the suites call it → its name in the database; suites of other tables are passed over.
            keys: table → the columns that name a row.
            unique: table → what its keys in the database prove already, which is not asked a second time.

        Raises:
            SuiteError: a suite cannot be applied to its table.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # as above
            url, creator = in_database.opened(connection)
            more = {"creator": creator, "pool_reset_on_return": None}
            source = self._context.data_sources.add_or_update_sql(
                "tables", connection_string=url, kwargs=more, create_temp_table=False
            )
            results: list[Result] = []
            for suite in self._suites:
                if suite.kind == kind and suite.table in tables:
                    asset = source.add_table_asset(suite.table, table_name=tables[suite.table])
                    batch = asset.add_batch_definition_whole_table("all").get_batch()
                    proven = self._proven(suite, unique[suite.table]) if suite.table in unique else {}
                    results += [
                        self._result_in_database(suite, number, verdict, batch, keys[suite.table])
                        for number, verdict in enumerate(self._verdicts(suite, batch, proven))
                    ]
        return tuple(results)

    def _verdicts(
        self,
        suite: Suite,
        batch: Any,  # noqa: ANN401 - Great Expectations is not typed
        proven: Mapping[int, Mapping[str, Any]] = MappingProxyType({}),
    ) -> list[Mapping[str, Any]]:
        """Give what becomes of each expectation, in the suite's order; in one call, as each hashes a whole frame.

        `proven`: an expectation's number → its verdict, if it is known without asking.
        """
        asked = [built for number, built in enumerate(self._expectations[suite.file]) if number not in proven]
        together = self._suite_of(name=suite.file, expectations=asked)
        told = batch.validate(together, result_format="BASIC").to_json_dict()["results"] if asked else []
        verdicts = {**{verdict["expectation_config"]["meta"][NUMBER]: verdict for verdict in told}, **proven}
        return [verdicts[number] for number in range(len(suite.expectations))]

    def _proven(self, suite: Suite, unique: Unique) -> dict[int, Mapping[str, Any]]:
        """Give the verdicts that the keys of a table make needless to ask for, in Great Expectations' own form."""
        return {
            number: proven(self._expectations[suite.file][number].configuration.to_json_dict(), unique.rows)
            for number, said in enumerate(suite.expectations)
            if proves(unique, said)
        }

    def _result_in_database(
        self,
        suite: Suite,
        number: int,
        verdict: Mapping[str, Any],
        batch: Any,  # noqa: ANN401 - the same
        keys: Sequence[str],
    ) -> Result:
        outcome = outcome_of(suite, number, verdict)
        of_rows = "unexpected_count" in outcome and rows_failing(verdict)
        rows = self._rows_in_database(suite, number, batch, keys) if of_rows else []
        columns = list(dict.fromkeys([*keys, *columns_of(suite.expectations[number]["kwargs"])]))
        return result_of(suite, number, verdict, 0, pd.DataFrame(rows, columns=columns, dtype=object))

    def _rows_in_database(
        self,
        suite: Suite,
        number: int,
        batch: Any,  # noqa: ANN401 - the same
        keys: Sequence[str],
    ) -> list[dict[str, Any]]:
        """Ask for all failing rows by their keys."""
        complete = {"result_format": "COMPLETE", "unexpected_index_column_names": list(keys)}
        verdict = batch.validate(self._expectations[suite.file][number], result_format=complete).to_json_dict()
        found: list[dict[str, Any]] = verdict["result"].get("unexpected_index_list") or []
        return found

    def _batch(self, frame: pd.DataFrame) -> Any:  # noqa: ANN401 - Great Expectations is not typed
        """Hand a frame over; the source is replaced each time, so that no frame outlives its check."""
        source = self._context.data_sources.add_or_update_pandas("frames")
        definition = source.add_dataframe_asset("frame").add_batch_definition_whole_dataframe("all")
        return definition.get_batch({"dataframe": frame})

    def _result_in_frame(
        self,
        suite: Suite,
        number: int,
        verdict: Mapping[str, Any],
        batch: Any,  # noqa: ANN401 - the same
        frame: pd.DataFrame,
        keys: Sequence[str],
    ) -> Result:
        outcome_of(suite, number, verdict)
        kwargs = suite.expectations[number]["kwargs"]
        rows, failed = looked_at(frame, kwargs), rows_failing(verdict)
        failing = self._failing(suite, number, batch, rows, failed) if failed else rows.iloc[:0]
        return result_of(suite, number, verdict, len(rows), failing.reindex(columns=shown(suite, kwargs, keys, frame)))

    def _failing(
        self,
        suite: Suite,
        number: int,
        batch: Any,  # noqa: ANN401 - the same
        rows: pd.DataFrame,
        failed: int,
    ) -> pd.DataFrame:
        """Find all failing rows: by our own rule of the type, else by Great Expectations' slow complete list.

        Our rules know the usual kwargs. Where they find another number of rows, a kwarg was meant that they do not
        know (a `row_condition` in another form, `ignore_row_if`), and the slow list is right.
        """
        said = suite.expectations[number]
        if said["type"] in MASKS:
            found = rows[MASKS[said["type"]](rows, said["kwargs"])]
            if len(found) == failed:
                return found
        complete = {"result_format": "COMPLETE", "return_unexpected_index_query": False}
        verdict = batch.validate(self._expectations[suite.file][number], result_format=complete).to_json_dict()
        places = verdict["result"].get("unexpected_index_list") or []
        return rows.loc[[place for place in places if place in rows.index]]


def _build(configuration: Any, suite: Suite, number: int) -> Any:  # noqa: ANN401 - the same
    """Let Great Expectations read one expectation; its results come in another order, so each has its number."""
    expectation = suite.expectations[number]
    try:
        return configuration(
            type=expectation["type"],
            kwargs=dict(expectation["kwargs"]),
            severity=expectation["severity"],
            meta={NUMBER: number},
        ).to_domain_obj()
    except Exception as error:  # what it raises for a bad suite has no common base
        raise SuiteError(f"{suite.place(number)}: {' '.join(str(error).split())}") from error


def _refuse_unknown_tables(suites: Sequence[Suite], frames: Mapping[str, pd.DataFrame]) -> None:
    """Refuse what would check nothing: a misspelt table must not look like one without a fault.

    A raw suite may be of another source than the one at hand; it is taken for misspelt if its table begins as those of
    this source do ('legacy_…'), or nearly is one of them.
    """
    sources = {name.partition("_")[0] for name in frames}
    for suite in suites:
        meant = suite.table.partition("_")[0] in sources or get_close_matches(suite.table, frames, 1, LIKENESS)
        if suite.table not in frames and (suite.kind == GATING or meant):
            raise SuiteError(f"{suite.file}: there is no table {suite.table!r}; known are {', '.join(sorted(frames))}")


def _refuse_unknown_columns(suite: Suite, frame: pd.DataFrame) -> None:
    for number, said in enumerate(suite.expectations):
        unknown = [name for name in (*columns_of(said["kwargs"]), *(suite.beside or ())) if name not in frame]
        if unknown and said["type"] != "expect_column_to_exist":
            raise SuiteError(f"{suite.place(number)}: {suite.table} has no column {', '.join(map(repr, unknown))}")


def _comparable(frame: pd.DataFrame) -> pd.DataFrame:
    """Give columns of mixed values as text: a legacy column may hold anything, and a blob has no order."""
    frame = frame.infer_objects()
    mixed = [
        str(name)
        for name in frame
        if frame[name].dtype == object and not frame[name].dropna().map(lambda value: isinstance(value, str)).all()
    ]
    texts = {name: frame[name].map(lambda value: value if value is None else str(value)) for name in mixed}
    return frame.assign(**texts).reset_index(drop=True)
