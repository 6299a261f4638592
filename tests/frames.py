"""Reads an Arrow stream as four libraries read it, and the same answers in CSV as Python does, and prints what each makes
of it as JSON rows.

Run by the test `the_stream_is_read_alike_by_pyarrow_pandas_polars_and_duckdb` with a URL and a token.
"""

import csv
import io
import json
import sys
import urllib.request

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa


def fetch(url, token):
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as response:
        return response.read()


def plain(value):
    """Whatever a library calls a missing value is null; numbers that it made floats are whole again."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)) or type(value).__name__ == "ndarray":
        return [plain(inner) for inner in value]
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if hasattr(value, "isoformat"):
        return round(value.timestamp() * 1000)
    if hasattr(value, "item"):
        value = value.item()
    return int(value) if isinstance(value, float) and value.is_integer() else value


def rows(name, records):
    print(json.dumps({"reader": name, "rows": [plain(record) for record in records]}))


def main(url, token):
    body = fetch(f"{url}.arrow", token)
    reader = pa.ipc.open_stream(io.BytesIO(body))
    answers = reader.read_all()
    rows("pyarrow", answers.to_pylist())
    rows("pandas", answers.to_pandas().to_dict("records"))
    rows("polars", pl.read_ipc_stream(io.BytesIO(body)).to_dicts())
    found = duckdb.sql("SELECT * FROM answers")
    rows("duckdb", (dict(zip(found.columns, row)) for row in found.fetchall()))
    text = fetch(f"{url}.csv", token).decode("utf-8")
    rows("csv", csv.DictReader(io.StringIO(text, newline=""), strict=True))
    metadata = {key.decode(): value.decode() for key, value in (answers.schema.metadata or {}).items()}
    types = {field.name: str(field.type) for field in answers.schema}
    print(json.dumps({"metadata": metadata, "types": types}))


main(*sys.argv[1:])
