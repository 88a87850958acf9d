"""Rows in and out of CSV and XLSX files. Cells are text; what they mean is decided elsewhere."""

from sheets.reading import MAX_BYTES, read_table
from sheets.table import SheetRow, Table
from sheets.writing import Value, write_csv, write_xlsx

__all__ = ["MAX_BYTES", "SheetRow", "Table", "Value", "read_table", "write_csv", "write_xlsx"]
