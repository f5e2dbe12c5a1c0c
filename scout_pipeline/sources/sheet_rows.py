"""The rows of one sheet of a workbook, one after the other. openpyxl stands here, and nowhere further in.

Its own iteration keeps a dictionary of every row that has a height, and its shared texts are a list: the larger a file,
the more memory. Its parser of single rows is used here; what it read is gone when the next row is asked for.
"""

from collections.abc import Iterator
from typing import IO, Any, cast
from xml.etree.ElementTree import Element

from scout_pipeline import settings
from scout_pipeline.sources.files import FileRefused
from scout_pipeline.sources.spools import SpooledTexts

# Excel's own limits: a file of a few bytes can name a cell that lies a thousand million rows further down
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


def rows(workbook: IO[bytes], sheet: str | None) -> Iterator[list[Any]]:
    """Cells of the rows of a sheet, the first one by default, converted as pandas converts them.

    Empty cells at the end of a row are left out, and so are empty rows at the end; an empty cell is "", an error NaN.
    Raises FileRefused, and whatever zipfile, the XML parser and openpyxl raise for a damaged file.
    """
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.styles.stylesheet import apply_stylesheet
    from openpyxl.worksheet._reader import WorkSheetParser
    from openpyxl.xml.constants import SHEET_MAIN_NS

    book = ExcelReader(workbook, read_only=True, data_only=True, keep_links=False)
    book.read_manifest()
    texts = _texts(book)
    book.read_workbook()
    apply_stylesheet(book.archive, book.wb)
    with book.archive.open(_path(book, sheet)) as source:
        parser = WorkSheetParser(
            source,
            texts,
            data_only=True,
            epoch=book.wb.epoch,
            date_formats=book.wb._date_formats,
            timedelta_formats=book.wb._timedelta_formats,
        )
        next_row, blank_rows = 1, 0
        for element in _elements(source, f"{{{SHEET_MAIN_NS}}}row"):
            number, cells = _parsed(parser, element)
            if number < next_row:
                continue
            blank_rows += number - next_row
            next_row = number + 1
            if row := _converted(cells):
                yield from ([] for _ in range(blank_rows))
                yield row
                blank_rows = 0
            else:
                blank_rows += 1


def _texts(book: Any) -> SpooledTexts:
    """What `ExcelReader.read_strings` makes a list of."""
    from openpyxl.cell.text import Text
    from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

    texts = SpooledTexts()
    if (part := book.package.find(SHARED_STRINGS)) is not None:
        with book.archive.open(part.PartName[1:]) as source:
            for element in _elements(source, f"{{{SHEET_MAIN_NS}}}si"):
                is_plain = len(element) == 1 and element[0].tag == f"{{{SHEET_MAIN_NS}}}t"
                # most texts are, and the general way takes ten times as long
                text = (element[0].text or "") if is_plain else Text.from_tree(element).content
                texts.add(text.replace("x005F_", ""))
    return texts


def _path(book: Any, sheet: str | None) -> str:
    """Where in the archive the sheet lies; raises ValueError where there is none."""
    paths: dict[str, str] = {}
    for found, relation in book.parser.find_sheets():
        if relation.target in book.valid_files and "chartsheet" not in relation.Type:
            paths.setdefault(found.name, relation.target)
    if sheet is None and paths:
        return next(iter(paths.values()))
    if sheet not in paths:
        raise ValueError(f"there is no worksheet {sheet or ''!r}; there are {', '.join(map(repr, paths)) or 'none'}")
    return paths[sheet]


def _elements(source: IO[bytes], tag: str) -> Iterator[Element]:
    """Elements of one kind, each gone when the next one is asked for, like all that stands beside it."""
    from openpyxl.xml.functions import iterparse

    bounded = _Bounded(source)
    depth, around = 0, list[Element]()
    for event, element in iterparse(bounded, events=("start", "end")):
        if event == "start":
            if depth or element.tag == tag:
                depth += 1
            else:
                around.append(element)
            continue
        if depth:
            depth -= 1
            if depth:
                continue
            yield element
        else:
            around.pop()
        if around:
            around[-1].clear()
        bounded.unbroken = 0


class _Bounded:
    """A stream of which no single element is longer than a record may be."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._limit = settings.current().max_record_bytes
        self.unbroken = 0

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        self.unbroken += len(block)
        if self.unbroken > self._limit:
            raise FileRefused("record_too_long", f"a row or text of the workbook is longer than {self._limit} bytes")
        return block


def _parsed(parser: Any, element: Element) -> tuple[int, list[dict[str, Any]]]:
    if len(element) > LAST_COLUMN:
        raise FileRefused("unreadable_workbook", f"a row of {len(element)} cells; Excel's last column is {LAST_COLUMN}")
    number, cells = cast(tuple[int, list[dict[str, Any]]], parser.parse_row(element))
    # heights and the like, which nobody asks for
    parser.row_dimensions.clear()
    if number > LAST_ROW:
        raise FileRefused("unreadable_workbook", f"a cell in row {number}; Excel's last row is {LAST_ROW}")
    return number, cells


def _converted(cells: list[dict[str, Any]]) -> list[Any]:
    """As `OpenpyxlReader.get_sheet_data` of pandas: the last cell tells how wide the row is."""
    width = cells[-1]["column"] if cells else 0
    if width > LAST_COLUMN:
        raise FileRefused("unreadable_workbook", f"a cell in column {width}; Excel's last column is {LAST_COLUMN}")
    row: list[Any] = [""] * width
    for cell in cells:
        if 1 <= cell["column"] <= width:
            row[cell["column"] - 1] = _value(cell)
    while row and row[-1] == "":
        row.pop()
    return row


def _value(cell: dict[str, Any]) -> Any:
    """As `OpenpyxlReader._convert_cell` of pandas: 1.0 is 1, and an error is nothing that is known."""
    value = cell["value"]
    if value is None:
        return ""
    if cell["data_type"] == "e":
        return float("nan")
    if cell["data_type"] == "n":
        whole = int(value)
        return whole if whole == value else float(value)
    return value
