-- Nets that were missing beneath the rules, each found by a safety test that tried to fall through.

-- S-03: to erase a family's file the worker must be able to find it; R-46 was never carried out.
grant select (enquiry_id, office_id) on family_files to homeward_worker;

-- S-14: a taken desk must not make families' sessions, each with a budget of its own, nor a taken
-- family site staff's.
drop policy own_office on sessions;
create policy own_office on sessions to homeward_desk
  using (actor_kind() = 'staff' and kind = 'staff' and office_id = (select actor_office()))
  with check (actor_kind() = 'staff' and kind = 'staff' and office_id = (select actor_office()));
drop policy door_session on sessions;
create policy door_staff_session on sessions to homeward_desk
  using (actor_kind() = 'door' and kind = 'staff' and encode(token_hash, 'hex') = actor_subject())
  with check (actor_kind() = 'door' and kind = 'staff' and encode(token_hash, 'hex') = actor_subject());
create policy door_family_session on sessions to homeward_family
  using (actor_kind() = 'door' and kind = 'family' and encode(token_hash, 'hex') = actor_subject())
  with check (actor_kind() = 'door' and kind = 'family' and encode(token_hash, 'hex') = actor_subject());

-- S-19: what was confirmed or rejected was so by a second person, not only by no first one.
alter table matches add constraint matches_second
  check (state not in ('confirmed', 'rejected') or (judged_by is not null and second_by is not null));
