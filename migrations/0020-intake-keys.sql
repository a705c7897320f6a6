-- The intake keys that filings may refer to. The reference makes it impossible to delete a key that
-- a filing still needs, or to store a filing whose key is gone, whatever the clock says.
create table intake_keys (
  id uuid primary key,
  registered_at timestamptz not null
);
insert into intake_keys (id, registered_at) select distinct intake_key_id, now() from intakes;
alter table intakes add constraint intakes_intake_key_id_fkey
  foreign key (intake_key_id) references intake_keys (id);
create index intakes_key on intakes (intake_key_id);
grant select, insert, delete on intake_keys to homeward_broker;
