-- Files arrive piece by piece and are sealed before anybody knows whether they will be whole: each has a row
-- here, so that what was broken off is found, and its pieces and its key are erased.
create table uploads (
  id uuid not null,
  office_id uuid not null references offices (id),
  -- The family's own, for a document that it sends in.
  enquiry_id uuid,
  purpose text not null check (purpose in ('list', 'document')),
  -- Dropped: not wanted any more; the sweep erases pieces, key and row.
  state text not null check (state in ('arriving', 'kept', 'dropped')),
  recorded_at timestamptz not null,
  primary key (id, office_id),
  foreign key (enquiry_id, office_id) references enquiries (id, office_id),
  check ((purpose = 'document') = (enquiry_id is not null))
);
create index uploads_office on uploads (office_id);
create index uploads_enquiry on uploads (enquiry_id, office_id) where enquiry_id is not null;
create index uploads_unsettled on uploads (recorded_at) where state <> 'kept';

alter table uploads enable row level security;
alter table uploads force row level security;
create policy system_work on uploads to homeward_worker, homeward_broker
  using (actor_kind() = 'system') with check (actor_kind() = 'system');
create policy own_office on uploads to homeward_desk
  using (actor_kind() = 'staff' and purpose = 'list' and office_id = (select actor_office()))
  with check (actor_kind() = 'staff' and purpose = 'list' and office_id = (select actor_office()));
create policy own_uploads on uploads to homeward_family
  using (actor_kind() = 'family' and enquiry_id::text = actor_subject())
  with check (actor_kind() = 'family' and enquiry_id::text = actor_subject());
grant select, insert, update on uploads to homeward_desk, homeward_family;
grant select, update, delete on uploads to homeward_worker;
grant select on uploads to homeward_broker;

-- Where the list of an import lies; older ones lie under the import's own id.
alter table imports add column upload_id uuid;
