-- The earlier versions of a file: what a source delivered under the same name. An index only; nothing new is stored.
CREATE INDEX items_name ON items (source, name, id) WHERE name <> '';
