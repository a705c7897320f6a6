-- Wrapped keys and salts, apart from what they open, with backups of their own (R-42).
create table data_keys (
  subject_id uuid not null,
  compartment text not null,
  version integer not null,
  wrapped bytea not null,
  recorded_at timestamptz not null,
  primary key (subject_id, compartment, version)
);
create table intake_keys (
  id uuid primary key,
  public_key bytea not null,
  wrapped_private bytea not null,
  valid_from timestamptz not null,
  erase_after timestamptz not null
);
create table object_salts (
  object_id uuid primary key,
  salt bytea not null
);
-- Signing keys of the node, wrapped; the check value proves that the right key was joined from shares.
create table node_keys (
  name text primary key,
  public_key bytea,
  wrapped bytea not null,
  recorded_at timestamptz not null
);
grant select, insert, update, delete on data_keys, intake_keys, object_salts to homeward_broker;
grant select, insert on node_keys to homeward_broker;
