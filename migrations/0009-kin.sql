-- Of several relatives one is told first, and some are at odds: the desk's own knowledge, never a family's.

-- The relative who is told first. A row is a stretch of time: ended, never changed, so that the history stays.
create table primary_contacts (
  id uuid not null,
  office_id uuid not null references offices (id),
  enquiry_id uuid not null,
  reason text not null check (reason in ('named_by_person', 'next_of_kin', 'relatives_agreed', 'only_one_reached', 'court_order')),
  chosen_by uuid not null,
  chosen_at timestamptz not null,
  ended_by uuid,
  ended_at timestamptz,
  ending text check (ending in ('own_wish', 'not_reached', 'safety', 'mistake', 'replaced')),
  primary key (id, office_id),
  foreign key (enquiry_id, office_id) references enquiries (id, office_id),
  foreign key (chosen_by, office_id) references staff (id, office_id),
  foreign key (ended_by, office_id) references staff (id, office_id),
  check ((ended_at is null) = (ended_by is null)),
  check ((ended_at is null) = (ending is null))
);
create index primary_contacts_office on primary_contacts (office_id);
create index primary_contacts_enquiry on primary_contacts (enquiry_id, office_id);
create index primary_contacts_chosen on primary_contacts (chosen_by, office_id);
create index primary_contacts_ended on primary_contacts (ended_by, office_id);
create unique index primary_contacts_standing on primary_contacts (enquiry_id, office_id) where ended_at is null;

-- Relatives at odds, or one of them in danger. What was said of it lies sealed.
create table disputes (
  id uuid not null,
  office_id uuid not null references offices (id),
  enquiry_id uuid not null,
  -- The other relative, where the other asks too; nobody where it is a third party or does not ask.
  with_enquiry_id uuid,
  reason text not null check (reason in ('estranged_spouses', 'contested_kinship', 'contested_custody', 'relative_at_risk', 'third_party_pressure')),
  opened_by uuid not null,
  opened_at timestamptz not null,
  closed_by uuid,
  closed_at timestamptz,
  outcome text check (outcome in ('agreed', 'court_order', 'danger_over', 'mistake')),
  primary key (id, office_id),
  foreign key (enquiry_id, office_id) references enquiries (id, office_id),
  foreign key (with_enquiry_id, office_id) references enquiries (id, office_id),
  foreign key (opened_by, office_id) references staff (id, office_id),
  foreign key (closed_by, office_id) references staff (id, office_id),
  check (with_enquiry_id <> enquiry_id),
  check ((closed_at is null) = (closed_by is null)),
  check ((closed_at is null) = (outcome is null))
);
create index disputes_office on disputes (office_id);
create index disputes_enquiry on disputes (enquiry_id, office_id);
create index disputes_with on disputes (with_enquiry_id, office_id);
create index disputes_opened on disputes (opened_by, office_id);
create index disputes_closed on disputes (closed_by, office_id);

-- Why a relative is told before the one who is told first. Beside the notice, not in it: a notice that
-- was told is the family's to read, and this would say that somebody else asks too (S-42).
create table out_of_turn_notices (
  notice_id uuid not null,
  office_id uuid not null references offices (id),
  reason text not null check (reason in ('primary_not_reached', 'primary_agreed', 'told_the_same_day', 'danger_in_waiting')),
  recorded_at timestamptz not null,
  primary key (notice_id, office_id),
  foreign key (notice_id, office_id) references notices (id, office_id)
);
create index out_of_turn_notices_office on out_of_turn_notices (office_id);

-- One relative at most is marked as told first of one person. Which person an enquiry is about follows
-- from its record and changes as people join and part, so no index can say it. The person is locked.
create function one_primary_contact() returns trigger language plpgsql as $$
begin
  perform 1 from persons p
    join records r on r.person_id = p.id and r.office_id = p.office_id
    join enquiries e on e.record_id = r.id and e.office_id = r.office_id
    where e.id = new.enquiry_id and e.office_id = new.office_id for update of p;
  if not found then
    raise exception 'a primary contact asks after a person' using errcode = 'check_violation';
  end if;
  if exists (select from primary_contacts c
    join enquiries e on e.id = c.enquiry_id and e.office_id = c.office_id
    join records r on r.id = e.record_id and r.office_id = e.office_id
    where c.ended_at is null and c.office_id = new.office_id and r.person_id = (
      select o.person_id from enquiries n join records o on o.id = n.record_id and o.office_id = n.office_id
      where n.id = new.enquiry_id and n.office_id = new.office_id)) then
    raise exception 'one primary contact of a person' using errcode = 'unique_violation';
  end if;
  return new;
end $$;
create trigger primary_contacts_one before insert on primary_contacts for each row execute function one_primary_contact();

-- The desk of the office alone, and no other process: it can write a row, end it once, and take nothing back.
do $$
declare noun text;
begin
  foreach noun in array array['primary_contacts', 'disputes', 'out_of_turn_notices'] loop
    execute format('alter table %I enable row level security', noun);
    execute format('alter table %I force row level security', noun);
    execute format($p$create policy own_office_reads on %I for select to homeward_desk
      using (actor_kind() = 'staff' and office_id = (select actor_office()))$p$, noun);
    execute format($p$create policy own_office_adds on %I for insert to homeward_desk
      with check (actor_kind() = 'staff' and office_id = (select actor_office()))$p$, noun);
    execute format('grant select, insert on %I to homeward_desk', noun);
  end loop;
end $$;
create policy own_office_ends on primary_contacts for update to homeward_desk
  using (actor_kind() = 'staff' and office_id = (select actor_office()) and ended_at is null)
  with check (actor_kind() = 'staff' and office_id = (select actor_office()));
create policy own_office_closes on disputes for update to homeward_desk
  using (actor_kind() = 'staff' and office_id = (select actor_office()) and closed_at is null)
  with check (actor_kind() = 'staff' and office_id = (select actor_office()));
grant update (ended_by, ended_at, ending) on primary_contacts to homeward_desk;
grant update (closed_by, closed_at, outcome) on disputes to homeward_desk;
