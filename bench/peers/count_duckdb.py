"""How many companies dlt has stored: `python count_duckdb.py companies.duckdb`. Not part of what is measured."""

import sys

import duckdb

print(duckdb.connect(sys.argv[1], read_only=True).sql("SELECT count(*) FROM vendor.companies").fetchall()[0][0])
