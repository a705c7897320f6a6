-- The log nobody can rewrite unseen: entries in the act's transaction, placed later by one sequencer.
create table audit_entries (
  id uuid primary key,
  recorded_at timestamptz not null,
  office_id uuid references offices (id),
  -- Bytes of the leaf: one line of JSON with pseudonymous actor, action, purpose, salted object hash.
  content text not null,
  action text not null,
  outcome text not null check (outcome in ('done', 'refused', 'failed')),
  actor_pseudonym text not null,
  object_hash text,
  placed boolean not null default false
);
create index audit_entries_unplaced on audit_entries (recorded_at, id) where not placed;
create index audit_entries_object on audit_entries (object_hash);
create index audit_entries_office on audit_entries (office_id, recorded_at);

create table audit_leaves (
  leaf_index bigint primary key,
  entry_id uuid not null unique references audit_entries (id),
  leaf_hash bytea not null
);

create table audit_checkpoints (
  tree_size bigint primary key,
  root_hash bytea not null,
  note text not null,
  signed_at timestamptz not null
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'append only' using errcode = 'insufficient_privilege';
end $$;
create function only_place() returns trigger language plpgsql as $$
begin
  if (to_jsonb(new) - 'placed') is distinct from (to_jsonb(old) - 'placed') or old.placed then
    raise exception 'append only' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger audit_entries_keep before update on audit_entries for each row execute function only_place();
create trigger audit_entries_stay before delete on audit_entries for each row execute function refuse_change();
create trigger audit_leaves_keep before update or delete on audit_leaves for each row execute function refuse_change();
create trigger audit_checkpoints_keep before update or delete on audit_checkpoints for each row execute function refuse_change();
