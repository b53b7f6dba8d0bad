"""A target for SQLite made with Meltano's Singer SDK: `tap | python singer_target.py --config target.json`.

The one of this name on PyPI is of 2019 and not made with the SDK. Set for speed: the SDK's msgspec reader instead of
simplejson; the configuration leaves out the validation of records (validate_records), as many targets do.
"""

from __future__ import annotations

import sqlalchemy as sa
from singer_sdk import typing as th
from singer_sdk.contrib.msgspec import MsgSpecReader
from singer_sdk.sql import SQLConnector, SQLSink, SQLTarget
from sqlalchemy.dialects.sqlite import insert


class SQLiteConnector(SQLConnector):
    allow_temp_tables = False
    allow_column_alter = False

    def get_sqlalchemy_url(self, config):
        return f"sqlite:///{config['file']}"

    @property
    def jsonschema_to_sql(self):
        types = super().jsonschema_to_sql
        for name in ("object", "array"):
            types.register_type_handler(name, sa.JSON)
        return types


class SQLiteSink(SQLSink):
    connector_class = SQLiteConnector

    def generate_insert_statement(self, full_table_name, schema):
        """An upsert by key; the SDK's own statement only appends."""
        properties = self.conform_schema(schema)["properties"]
        columns = [sa.Column(name, self.connector.to_sql_type(of)) for name, of in properties.items()]
        statement = insert(sa.Table(str(full_table_name), sa.MetaData(), *columns))
        changes = {name: statement.excluded[name] for name in properties if name not in self.key_properties}
        return statement.on_conflict_do_update(index_elements=self.key_properties, set_=changes)


class SQLiteTarget(SQLTarget):
    name = "target-sqlite"
    message_reader_class = MsgSpecReader
    default_sink_class = SQLiteSink
    config_jsonschema = th.PropertiesList(th.Property("file", th.StringType, required=True)).to_dict()


if __name__ == "__main__":
    SQLiteTarget.cli()
