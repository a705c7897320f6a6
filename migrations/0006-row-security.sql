-- Who may touch which row: row security on and forced for every role, and the grants beneath it (R-23).
grant usage on schema public to homeward_desk, homeward_family, homeward_worker, homeward_broker;
grant execute on function actor_kind(), actor_id(), actor_office(), actor_subject()
  to homeward_desk, homeward_family, homeward_worker, homeward_broker;

-- Rows that belong to an office: its staff, and the system's own work.
do $$
declare noun text;
begin
  foreach noun in array array[
    'staff', 'staff_accounts', 'passkeys', 'sessions', 'alerts', 'changes', 'audit_entries', 'sealed_fields',
    'places', 'senders', 'sources', 'imports', 'import_rows', 'persons', 'records', 'judgements', 'events',
    'enquiries', 'intakes', 'family_files', 'contacts', 'thread_entries', 'family_papers', 'checks',
    'matches', 'notices'
  ] loop
    execute format('alter table %I enable row level security', noun);
    execute format('alter table %I force row level security', noun);
    execute format($p$create policy system_work on %I to homeward_worker, homeward_broker
      using (actor_kind() = 'system') with check (actor_kind() = 'system')$p$, noun);
    if noun not in ('family_files', 'intakes', 'sealed_fields') then
      execute format($p$create policy own_office on %I to homeward_desk
        using (actor_kind() = 'staff' and office_id = (select actor_office()))
        with check (actor_kind() = 'staff' and office_id = (select actor_office()))$p$, noun);
    end if;
  end loop;
end $$;

alter table commands enable row level security;
alter table commands force row level security;
create policy own_commands on commands using (actor_id = actor_id()) with check (actor_id = actor_id());
alter table budget_spends enable row level security;
alter table budget_spends force row level security;
create policy broker_counts on budget_spends to homeward_broker
  using (actor_kind() = 'system') with check (actor_kind() = 'system');

-- The door: before it is known who acts, a row is found only by the digest of what is held.
create policy door_session on sessions to homeward_desk, homeward_family, homeward_broker
  using (actor_kind() = 'door' and encode(token_hash, 'hex') = actor_subject())
  with check (actor_kind() = 'door' and encode(token_hash, 'hex') = actor_subject());
create policy door_passkey on passkeys to homeward_desk
  using (actor_kind() = 'door' and owner_kind = 'staff' and credential_id = actor_subject())
  with check (actor_kind() = 'door' and owner_kind = 'staff' and credential_id = actor_subject());
create policy door_family_passkey on passkeys to homeward_family
  using (owner_kind = 'family' and ((actor_kind() = 'door' and credential_id = actor_subject())
    or (actor_kind() = 'family' and owner_id::text = actor_subject())))
  with check (owner_kind = 'family' and ((actor_kind() = 'door' and credential_id = actor_subject())
    or (actor_kind() = 'family' and owner_id::text = actor_subject())));
create policy door_account on staff_accounts to homeward_desk
  using (actor_kind() = 'door' and (encode(enrolment_hash, 'hex') = actor_subject() or id::text = actor_subject()))
  with check (actor_kind() = 'door');
create policy door_staff on staff for select to homeward_desk, homeward_broker
  using (actor_kind() = 'door' and id::text = actor_subject());
create policy door_file on family_files to homeward_family
  using (actor_kind() = 'door' and encode(code_hash, 'hex') = actor_subject())
  with check (actor_kind() = 'door');

-- A family: its own enquiry and nothing beside it (R-22, S-42).
create policy door_filing on enquiries for insert to homeward_family
  with check (actor_kind() = 'door' and office_id = (select actor_office()));
create policy own_enquiry on enquiries to homeward_family
  using (actor_kind() = 'family' and id::text = actor_subject())
  with check (actor_kind() = 'family' and id::text = actor_subject());
create policy door_intake on intakes for insert to homeward_family
  with check (actor_kind() = 'door' and office_id = (select actor_office()));
create policy own_file on family_files to homeward_family
  using (actor_kind() = 'family' and enquiry_id::text = actor_subject())
  with check (actor_kind() = 'family' and enquiry_id::text = actor_subject());
create policy own_contacts on contacts to homeward_family
  using (actor_kind() = 'family' and enquiry_id::text = actor_subject())
  with check (actor_kind() = 'family' and enquiry_id::text = actor_subject());
create policy own_thread on thread_entries to homeward_family
  using (actor_kind() = 'family' and enquiry_id::text = actor_subject())
  with check (actor_kind() = 'family' and enquiry_id::text = actor_subject());
create policy own_papers on family_papers to homeward_family
  using (actor_kind() = 'family' and enquiry_id::text = actor_subject())
  with check (actor_kind() = 'family' and enquiry_id::text = actor_subject());
-- A notice exists for the family once a person has told it, and not before (R-33).
create policy told_notices on notices for select to homeward_family
  using (actor_kind() = 'family' and enquiry_id::text = actor_subject() and state = 'told');
create policy own_sealed on sealed_fields for insert to homeward_family
  with check (actor_kind() = 'family' and enquiry_id::text = actor_subject());
create policy office_sealed on sealed_fields for insert to homeward_desk
  with check (actor_kind() = 'staff' and office_id = (select actor_office()));
create policy family_changes on changes for insert to homeward_family with check (true);
create policy family_entries on audit_entries for insert to homeward_family with check (true);
create policy door_entries on audit_entries for insert to homeward_desk with check (actor_kind() = 'door');
create policy door_changes on changes for insert to homeward_desk with check (actor_kind() = 'door');
-- A family that rings or comes is filed for by the desk, which can write its file and never read it.
create policy desk_filing on family_files for insert to homeward_desk
  with check (actor_kind() = 'staff' and office_id = (select actor_office()));
create policy desk_intake on intakes for insert to homeward_desk
  with check (actor_kind() = 'staff' and office_id = (select actor_office()));

grant select on offices, policies to homeward_desk, homeward_family, homeward_worker, homeward_broker;
grant select, insert, delete on challenges to homeward_desk, homeward_family;
grant select, insert, update on sessions, passkeys, commands to homeward_desk, homeward_family;
grant select, insert on commands to homeward_worker;
grant insert on changes, audit_entries, sealed_fields to homeward_desk, homeward_family, homeward_worker;
grant select on changes, audit_entries, audit_leaves, audit_checkpoints to homeward_desk, homeward_worker;

grant select, insert, update on staff, staff_accounts to homeward_desk;
grant select, insert, update on senders, sources, imports, persons, records, judgements, enquiries, matches, notices to homeward_desk, homeward_worker;
grant select, insert on places, import_rows, events, contacts, thread_entries, family_papers, checks to homeward_desk, homeward_worker;
grant select, insert, update on alerts to homeward_desk, homeward_worker;
grant select on staff, sealed_fields to homeward_worker;
grant delete on intakes, family_files, sealed_fields, family_papers to homeward_worker;
grant select, update on intakes to homeward_worker;

grant insert on enquiries, intakes, family_files to homeward_family;
grant insert on intakes, family_files to homeward_desk;
grant select, update on enquiries, family_files to homeward_family;
grant select, insert on contacts, thread_entries, family_papers to homeward_family;
grant select on notices to homeward_family;

grant select, insert, update on sealed_fields, matches, records, enquiries, imports, alerts, sessions, staff, budget_spends to homeward_broker;
grant select on intakes, judgements, sources, changes, staff_accounts to homeward_broker;
grant delete on intakes, budget_spends to homeward_broker;
-- To lock a filing while it is taken out of its box.
grant update on intakes to homeward_broker;
grant select, insert on audit_entries, audit_leaves, audit_checkpoints, policies, changes to homeward_broker;
grant update (placed) on audit_entries to homeward_broker;
grant insert on offices, staff, staff_accounts to homeward_broker;
