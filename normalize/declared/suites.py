"""What must be true of a declared store, as suites of the gate: a declaration in, suites out.

They are the declaration's own rules once more, so that a step with a fault is found before anything is inserted, and
named with its rows. A DBA's own suites stand beside them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from expectations.suites import Suite
from normalize.declared.declarations import Declaration, Links, Lookup, Number, Table, Text, TextList
from normalize.declared.schema import link_columns

Expectation = Mapping[str, Any]


def suites_of(declaration: Declaration) -> tuple[Suite, ...]:
    """Derive the suites of a checked declaration: one per table of the store, and one for what must add up."""
    suites = [_suite("reconciliation", _adds_up(declaration))]
    for table in declaration.tables:
        if isinstance(table, Lookup):
            suites.append(_suite(table.name, [*_key(["id"]), *_key(["name"]), *_said("name", declaration.nothing)]))
            continue
        suites.append(_suite(table.name, _rows(declaration, table)))
        suites += [_suite(table.link_table(links), _links(declaration, table, links)) for links in table.links]
    return tuple(suites)


def _suite(table: str, expectations: Iterable[Expectation]) -> Suite:
    return Suite(f"plan: {table}", "store", table, tuple(expectations))


def _expect(kind: str, en: str, ru: str, severity: str = "critical", **kwargs: object) -> Expectation:
    return {"type": kind, "kwargs": kwargs, "severity": severity, "meta": {"en": en, "ru": ru}}


def _adds_up(declaration: Declaration) -> Iterator[Expectation]:
    yield _expect(
        "expect_column_values_to_be_in_set",
        "source = stored + nothing + duplicates + refused",
        "источник = сохранено + пустота + повторы + отклонено",
        column="unaccounted",
        value_set=[0],
    )
    for table in declaration.tables:
        if isinstance(table, Table):
            most = declaration.most_refused(table)
            share = f"{most:.0%}"
            yield _expect(
                "expect_column_values_to_be_between",
                f"At most {share} of the rows of {table.name} are refused",
                f"Отклонено не более {share} строк {table.name}",
                column="refused_share",
                max_value=most,
                row_condition=f'kind == "{table.name}"',
                condition_parser="pandas",
            )
    yield _expect(
        "expect_column_values_to_be_between",
        "Nothing is refused",
        "Не отклонено ничего",
        severity="warning",
        column="refused",
        max_value=0,
    )


def _key(columns: list[str]) -> Iterator[Expectation]:
    """Expect what a primary key is: there, and no other row has it."""
    for column in columns:
        yield _there(column)
    yield _once(columns)


def _once(columns: list[str]) -> Expectation:
    """Expect that no two rows are equal in these columns."""
    said = ", ".join(columns)
    en, ru = f"Each {said} stands once", f"Каждое значение {said} встречается один раз"
    if len(columns) == 1:
        return _expect("expect_column_values_to_be_unique", en, ru, column=columns[0])
    return _expect("expect_compound_columns_to_be_unique", en, ru, column_list=columns)


def _there(column: str) -> Expectation:
    return _expect(
        "expect_column_values_to_not_be_null",
        f"Every row has {column}",
        f"В каждой строке есть {column}",
        column=column,
    )


def _said(column: str, words: frozenset[str]) -> Iterator[Expectation]:
    yield _expect(
        "expect_column_values_to_not_be_in_set",
        f"{column} is never a word for nothing",
        f"{column}: никогда не слово вместо пустоты",
        column=column,
        value_set=sorted(words),
    )


def _rows(declaration: Declaration, table: Table) -> Iterator[Expectation]:
    yield from _key([table.key or "id"])
    if table.key is None:
        yield _once(list(table.once_columns))
    for name, column in table.columns.items():
        if column.required and name != table.key:
            yield _there(name)
        if isinstance(column, Text):
            yield from _said(name, declaration.words(column))
        if isinstance(column, Number):
            yield _expect(
                "expect_column_values_to_be_between",
                f"{name} is from {column.low:,} to {column.high:,}",
                f"{name}: от {column.low:,} до {column.high:,}",
                column=name,
                min_value=column.low,
                max_value=column.high,
            )


def _links(declaration: Declaration, table: Table, links: Links) -> Iterator[Expectation]:
    near, far = link_columns(declaration, table, links)
    yield from _key([near, far])
    yield from _key([near, "ordering"])
    if isinstance(links, TextList) and links.notes:
        yield from _said("note", frozenset({""}))
