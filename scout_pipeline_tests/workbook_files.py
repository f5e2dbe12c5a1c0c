"""Workbooks for tests: as openpyxl writes them, and of XML as other programs write it."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TEXTS = (
    "<si><t>name</t></si><si><t xml:space='preserve'>  two blanks </t></si><si><t/></si>"
    "<si><r><rPr><b/></rPr><t>bold</t></r><r><t xml:space='preserve'> and plain</t></r></si>"
    "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si><si><t>a_x005F_x000D_b&#10;c &amp; d</t></si><si/>"
)


def written(*sheets: list[list[Any]], change: Callable[[openpyxl.Workbook], None] = lambda book: None) -> bytes:
    """A workbook as openpyxl writes it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet{number}")
        for row in rows:
            sheet.append(row)
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def raw(rows: str, *, before: str = "", after: str = "", texts: str = TEXTS) -> bytes:
    """A workbook whose sheet holds this XML, as other programs write it; style 1 is a date, 2 a duration."""

    def with_styles(book: openpyxl.Workbook) -> None:
        for column, number_format in enumerate(("yyyy-mm-dd hh:mm", "[h]:mm:ss"), start=1):
            book.active.cell(1, column, 1).number_format = number_format

    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(written([[]], change=with_styles))) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                sheet = f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
                content = sheet.encode()
            elif name == "[Content_Types].xml" and b"sharedStrings" not in content:
                part = (
                    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
                    b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
                )
                content = content.replace(b"</Types>", part)
            if "sharedStrings" not in name:
                target.writestr(name, content)
        target.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{texts}</sst>')
    return buffer.getvalue()
