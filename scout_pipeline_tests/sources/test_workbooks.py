"""A sheet read row by row is what pandas reads of it at once, and what it takes does not grow with it."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import openpyxl.utils.datetime
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart, Reference

from scout_pipeline import settings
from scout_pipeline.sources import workbooks
from scout_pipeline.sources.files import FileRefused
from scout_pipeline.sources.spools import REMEMBERED_LETTERS, SpooledRows, SpooledTexts
from scout_pipeline_tests.workbook_files import raw, written


def merged(book: openpyxl.Workbook) -> None:
    book.active.merge_cells("A2:C3")


def of_1904(book: openpyxl.Workbook) -> None:
    book.epoch = openpyxl.utils.datetime.MAC_EPOCH
    book.active["A3"] = datetime(2024, 2, 29, 1, 2, 3)


def with_a_chart_first(book: openpyxl.Workbook) -> None:
    chart = BarChart()
    chart.add_data(Reference(book["Sheet0"], min_col=2, min_row=1, max_row=2))
    book.create_chartsheet("Chart", 0).add_chart(chart)


HEADER = ["receipt", "sold_at", "amount"]
WORKBOOKS: dict[str, bytes] = {
    "numbers": written([HEADER, ["T1", 1, 1.0], ["T2", 0.1, -2.5], ["T3", 1e300, 123456789012345678], ["T4", 0, -0.0]]),
    "dates and times": written(
        [
            HEADER,
            [datetime(2024, 2, 29, 23, 59, 59), date(2024, 3, 1), time(1, 2, 3)],
            [timedelta(days=2, seconds=5), datetime(2024, 3, 1, 0, 0, 0, 500_000), datetime(1900, 1, 1)],
        ]
    ),
    "dates counted from 1904": written([HEADER, ["T1"]], change=of_1904),
    "truth values among numbers": written([["a"], [1], [True], [0], [False], [1.0], ["TRUE"]]),
    "errors": written([HEADER, ["T1", "#N/A", "#DIV/0!"], ["#REF!"], ["T2", 1, "#VALUE!"]]),
    "an error as a name": written([["receipt", "#N/A", "amount"], ["T1", 1, 2]]),
    "formulas without values": written([HEADER, ["T1", "=1+1", "=A2"], ["T2", 2, 3]]),
    "text that looks like more": written([["a", "b"], ["00123", "TRUE"], ["NA", "null"], ["nan", "None"], ["1.0", ""]]),
    "quotes, commas and line ends": written([["a", "b"], ['5" pipe', "x,y"], ["a\nb", "c\r\nd"], ["e\rf", " g "]]),
    "ragged rows": written([["a"], [1, 2, 3], [4], [], [None, 5], [6, 7, 8, 9, 10]]),
    "empty rows in between and at the end": written([[], ["a", "b"], [], [], [1, 2], [], [None, None], ["", ""]]),
    "empty columns": written([[None, "a", None, "b", None], [None, 1, None, None, None], [None, None, None, 2, ""]]),
    "one column with gaps": written([["a"], [None], [1], [""], [None], ["b"]]),
    "merged cells": written([HEADER, ["T1", 1, 2], ["T2", 3, 4], ["T3", 5, 6]], change=merged),
    "several sheets": written([HEADER, ["T1", 1, 2]], [["other"], [1]], []),
    "a chart before the sheet": written([HEADER, ["T1", 1, 2]], change=with_a_chart_first),
    "only a header": written([HEADER]),
    "only an error": written([["#N/A"]]),
    "empty": written([]),
    "only empty cells": written([["", None], [], [""]]),
    "more rows than one block": written([HEADER, *([f"T{n}", n, n / 4] for n in range(25_000)), [1, 2, 3, 4]]),
    "formulas with values": raw(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="str"><f>A1</f><v>n</v></c></row>'
        '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>""</f><v></v></c></row>'
        '<row r="3"><c r="A3" t="b"><f>TRUE()</f><v>1</v></c><c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="4"><c r="A4"><f t="shared" ref="A4:A5" si="0">A3+1</f><v>1.5</v></c></row>'
        '<row r="5"><c r="A5"><f t="shared" si="0"/><v>3.0</v></c><c r="B5"><v/></c></row>'
    ),
    "shared texts": raw(
        "".join(f'<row r="{n + 1}"><c r="A{n + 1}" t="s"><v>{n}</v></c></row>' for n in range(7))
        + '<row r="8"><c r="B8" t="s"><v>3</v></c><c r="C8" t="s"><v>2</v></c></row>'
    ),
    "texts in their cells": raw(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"/></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><r><t>x</t></r><r><t>y</t></r></is></c><c r="B2"><v>1</v></c></row>'
    ),
    "styles": raw(
        '<row r="1" ht="15.75" customHeight="1" spans="1:3"><c r="A1" s="1"><v>45351.25</v></c>'
        '<c r="B1" s="2"><v>1.5</v></c><c r="C1" s="1"><v>0.5</v></c></row>'
        '<row r="2" s="1" customFormat="1"><c r="A2" s="1"/><c r="B2" t="d"><v>2024-02-29T10:11:12</v></c>'
        '<c r="C2" t="d"><v>2024-02-29</v></c><c r="D2" s="1"><v>1E9</v></c></row>'
    ),
    "rows that are not there": raw('<row r="3"><c r="B3"><v>1</v></c></row><row r="7"><c r="A7"><v>2</v></c></row>'),
    "rows and cells without a place": raw(
        "<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c/><c><v>3</v></c></row>"
        '<row r="9"><c><v>4</v></c><c r="D9"><v>5</v></c><c><v>6</v></c></row><row><c><v>7</v></c></row>'
    ),
    "rows and cells out of order": raw(
        '<row r="2"><c r="C2"><v>1</v></c><c r="A2"><v>2</v></c></row><row r="1"><c r="A1"><v>3</v></c></row>'
        '<row r="2"><c r="A2"><v>4</v></c></row><row r="3"><c r="B3"><v>5</v></c><c r="B3"><v>6</v></c></row>'
    ),
    "a dimension that is too small": raw(
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="2"><c r="A2"><v>3</v></c></row>',
        before='<dimension ref="A1"/>',
    ),
    "more than cells": raw(
        '<row r="1"><c r="A1"><v>1</v></c></row>',
        before='<sheetPr><tabColor rgb="FF0000"/></sheetPr><cols><col min="1" max="3" width="9"/></cols>',
        after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells><hyperlinks><hyperlink ref="A1"/></hyperlinks>',
    ),
}  # fmt: skip


def read_at_once(path: Path, sheet: str | int = 0) -> tuple[tuple[str, ...], bytes] | None:
    """Names and rows as pandas itself reads them, of the whole sheet; None for a sheet without cells."""
    frame = pd.read_excel(path, sheet_name=sheet, header=None, dtype=object, keep_default_na=False, na_values=[""])
    if frame.empty:
        return None
    names = tuple("" if pd.isna(name) else str(name).strip() for name in frame.iloc[0])
    return names, frame.iloc[1:].to_csv(index=False, header=False, lineterminator="\n").encode()


def read_by_rows(path: Path, sheet: str | None = None) -> tuple[tuple[str, ...], bytes] | None:
    try:
        names, blocks = workbooks.opened(path, sheet)
    except FileRefused as refused:
        if refused.reason_code != "empty_file":
            raise
        return None
    return names, b"".join(blocks())


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workbooks") / "sales.xlsx"


@pytest.mark.filterwarnings("ignore:Cell .* is marked as a date")
@pytest.mark.parametrize("case", WORKBOOKS)
def test_a_workbook_is_what_pandas_reads_of_it(path: Path, case: str) -> None:
    """A sale of a shop that sends workbooks would change its content with the reader, and come as a new version."""
    path.write_bytes(WORKBOOKS[case])
    assert read_by_rows(path) == read_at_once(path)


@pytest.mark.parametrize("sheet", ["Sheet0", "Sheet1", "Sheet2"])
def test_a_sheet_by_its_name_is_what_pandas_reads_of_it(path: Path, sheet: str) -> None:
    """The returns would be loaded as the sales."""
    path.write_bytes(WORKBOOKS["several sheets"])
    assert read_by_rows(path, sheet) == read_at_once(path, sheet)


cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(-1e300, 1e300),
    st.datetimes(datetime(1900, 3, 1), datetime(2100, 1, 1)),
    st.times(),
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=8),
    st.sampled_from(["", "#N/A", "=1+1", "1", "TRUE", "NaN", "a\nb"]),
)


@hypothesis_settings(max_examples=60, deadline=None, derandomize=True)
@given(rows=st.lists(st.lists(cells, max_size=5), max_size=6))
def test_any_cells_are_what_pandas_reads_of_them(path: Path, rows: list[list[Any]]) -> None:
    """The cases above are those that somebody thought of."""
    path.write_bytes(written(rows))
    assert read_by_rows(path) == read_at_once(path)


def test_two_readers_of_one_sheet_do_not_disturb_each_other(path: Path) -> None:
    """The lines are judged one by one after COPY stopped in the middle of them: they would begin in the middle too."""
    path.write_bytes(WORKBOOKS["more rows than one block"])
    names, blocks = workbooks.opened(path, None)
    first, second = blocks(), blocks()
    started = next(first)
    assert next(second) == started
    assert started + b"".join(first) == b"".join(blocks())
    assert names == ("receipt", "sold_at", "amount", "")


def named_far_away(row: int, column: str) -> bytes:
    return raw(f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{column}{row}"><v>1</v></c></row>')


LIMITLESS: dict[str, tuple[bytes, str, str]] = {
    "a row beyond the last": (named_far_away(900_000_000, "A"), "unreadable_workbook", "row 900000000"),
    "a column beyond the last": (named_far_away(2, "ZZZ"), "unreadable_workbook", "column 18278"),
    "a row of many cells": (raw(f"<row>{'<c/>' * 20_000}</row>"), "unreadable_workbook", "a row of 20000 cells"),
    "a row of wide gaps": (
        raw("".join(f'<row><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 4000))), "compression_bomb", "grew"),
    "a row without end": (raw(f"<row>{'<x/>' * 30_000}</row>"), "record_too_long", "longer than 100000 bytes"),
    "a text without end": (raw("", texts=f"<si><t>{'x' * 200_000}</t></si>"), "record_too_long", "a row or text"),
}  # fmt: skip


def small_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCOUT_MAX_RECORD_BYTES", "100000")
    settings.current.cache_clear()


@pytest.mark.parametrize("case", LIMITLESS)
def test_what_a_few_bytes_name_is_bounded(path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    """A file of a thousand bytes would take the memory or the disk of the machine."""
    content, reason_code, detail = LIMITLESS[case]
    small_records(monkeypatch)
    path.write_bytes(content)
    with pytest.raises(FileRefused, match=detail) as refused:
        workbooks.opened(path, None)
    assert refused.value.reason_code == reason_code


def test_what_stands_around_the_rows_may_be_long(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The merged cells of an honest workbook, together, would pass for one row without end."""
    small_records(monkeypatch)
    around = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(20_000))
    path.write_bytes(raw('<row r="1"><c r="A1"><v>1</v></c></row>', after=f"<mergeCells>{around}</mergeCells>"))
    assert read_by_rows(path) == (("1",), b"")


def test_spooled_texts_are_the_list_of_them() -> None:
    """A cell would show the text of another one."""
    texts = ["", "a", "東京", "x" * (REMEMBERED_LETTERS + 1), "", "b"] * 3000
    spooled = SpooledTexts()
    for number, text in enumerate(texts):
        spooled.add(text)
        assert spooled[number] == text
    assert [spooled[number] for number in range(len(texts))] == texts
    for number in (-1, len(texts)):
        with pytest.raises(IndexError):
            spooled[number]


def test_spooled_rows_are_given_again_in_their_pieces() -> None:
    """Rows would be lost or repeated where one piece ends."""
    pieces: list[list[list[Any]]] = [[[1, "a"], []], [], [[datetime(2024, 1, 1), True, 2.5]]]
    spooled = SpooledRows()
    for piece in pieces:
        spooled.add(piece)
    assert list(spooled) == pieces
    assert list(spooled) == pieces
