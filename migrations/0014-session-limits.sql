-- A ceremony belongs to the session that began it; a person or file has at most five passkeys (S-17, S-18).

-- Null: begun before anybody signed in.
alter table challenges add column session_id uuid;
create index challenges_expiry on challenges (expires_at);
-- To lock the expired rows that it removes, a site needs to be able to update one column.
grant update (expires_at) on challenges to homeward_desk, homeward_family;

-- To end the oldest sessions of its own file, the family site must see them: at most five are open.
create policy own_sessions_read on sessions for select to homeward_family
  using (actor_kind() = 'family' and kind = 'family' and enquiry_id::text = actor_subject());
create policy own_sessions_end on sessions for update to homeward_family
  using (actor_kind() = 'family' and kind = 'family' and enquiry_id::text = actor_subject())
  with check (kind = 'family' and enquiry_id::text = actor_subject() and ended_at is not null);

-- Five numbered places an owner: parallel requests cannot make a sixth passkey. Of more, the last used stay.
-- The owner of the tables is under forced row security too, and would see no row to number.
alter table passkeys no force row level security;
alter table passkeys add column place integer;
update passkeys p set place = numbered.place from (
  select credential_id, row_number() over (
    partition by owner_kind, owner_id order by coalesce(last_used_at, recorded_at) desc, credential_id
  ) as place from passkeys) numbered
  where numbered.credential_id = p.credential_id;
delete from passkeys where place > 5;
alter table passkeys force row level security;
alter table passkeys alter column place set not null;
alter table passkeys add constraint passkeys_five check (place between 1 and 5);
create unique index passkeys_place on passkeys (office_id, owner_kind, owner_id, place);
