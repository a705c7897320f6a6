-- Families ask; proposals wait for people; people tell people.
create table enquiries (
  id uuid not null,
  office_id uuid not null references offices (id),
  state text not null check (state in ('submitted', 'identity_proven', 'open', 'suspended', 'rejected', 'withdrawn', 'closed', 'erased')),
  language text not null check (language in ('uk', 'ru', 'en')),
  channel text not null check (channel in ('web', 'telephone', 'office')),
  filed_at timestamptz not null,
  identity_proven_at timestamptz,
  kinship_proven_at timestamptz,
  kinship text,
  record_id uuid,
  -- Only ever raised by an approved notice that was told (settled 9).
  ladder_step integer not null default 1 check (ladder_step between 1 and 5),
  next_contact_on date not null,
  version integer not null default 1,
  primary key (id, office_id),
  foreign key (record_id, office_id) references records (id, office_id),
  check ((state = 'open') <= (identity_proven_at is not null and kinship_proven_at is not null))
);
create index enquiries_office on enquiries (office_id, state, filed_at);
create index enquiries_record on enquiries (record_id, office_id);
alter table sources add foreign key (enquiry_id, office_id) references enquiries (id, office_id);

-- What a family wrote, sealed to the intake key; its own short life until identity is proven (R-46).
create table intakes (
  enquiry_id uuid not null,
  office_id uuid not null,
  intake_key_id uuid not null,
  sealed bytea not null,
  erase_after timestamptz not null,
  primary key (enquiry_id, office_id),
  foreign key (enquiry_id, office_id) references enquiries (id, office_id)
);

-- How a family comes back: something held (the printed code) and something known (settled 8).
create table family_files (
  enquiry_id uuid not null,
  office_id uuid not null,
  code_hash bytea not null unique,
  passphrase_hash text,
  tries integer not null default 0,
  tries_since timestamptz,
  recorded_at timestamptz not null,
  primary key (enquiry_id, office_id),
  foreign key (enquiry_id, office_id) references enquiries (id, office_id)
);

create table contacts (
  id uuid not null,
  office_id uuid not null,
  enquiry_id uuid not null,
  kind text not null check (kind in ('timetable', 'telephone', 'letter', 'visit', 'thread', 'reminder')),
  occurred_at timestamptz not null,
  staff_id uuid,
  outcome text,
  recorded_at timestamptz not null,
  primary key (id, office_id),
  foreign key (enquiry_id, office_id) references enquiries (id, office_id)
);
create index contacts_enquiry on contacts (enquiry_id, office_id, occurred_at);

create table thread_entries (
  id uuid not null,
  office_id uuid not null,
  enquiry_id uuid not null,
  written_by text not null check (written_by in ('family', 'desk')),
  staff_id uuid,
  recorded_at timestamptz not null,
  primary key (id, office_id),
  foreign key (enquiry_id, office_id) references enquiries (id, office_id)
);
create index thread_entries_enquiry on thread_entries (enquiry_id, office_id, recorded_at);

create table family_papers (
  id uuid not null,
  office_id uuid not null,
  enquiry_id uuid not null,
  kind text not null check (kind in ('identity', 'birth', 'marriage', 'register_extract', 'other')),
  format text not null,
  size integer not null,
  content_hash bytea not null,
  recorded_at timestamptz not null,
  primary key (id, office_id),
  foreign key (enquiry_id, office_id) references enquiries (id, office_id)
);
create index family_papers_enquiry on family_papers (enquiry_id, office_id);

create table checks (
  id uuid not null,
  office_id uuid not null,
  enquiry_id uuid not null,
  kind text not null check (kind in ('identity', 'kinship')),
  outcome text not null check (outcome in ('proven', 'not_proven')),
  means text not null,
  kinship text,
  staff_id uuid not null,
  recorded_at timestamptz not null,
  primary key (id, office_id),
  foreign key (enquiry_id, office_id) references enquiries (id, office_id),
  foreign key (staff_id, office_id) references staff (id, office_id)
);
create index checks_enquiry on checks (enquiry_id, office_id);
create index checks_staff on checks (staff_id, office_id);

-- A proposal: random id, facets and one sealed pair; nothing here says whom it links (settled 4).
create table matches (
  id uuid not null,
  office_id uuid not null references offices (id),
  state text not null check (state in ('proposed', 'awaiting_second', 'confirmed', 'rejected', 'unsure', 'returned', 'lapsed')),
  band text not null check (band in ('probable', 'possible', 'weak')),
  facet text not null check (facet in ('enquiry_list', 'list_list', 'enquiry_enquiry')),
  model_version text not null,
  proposed_at timestamptz not null,
  answer text check (answer in ('same', 'different', 'unsure')),
  judged_by uuid,
  judged_at timestamptz,
  second_by uuid,
  second_at timestamptz,
  version integer not null default 1,
  primary key (id, office_id),
  foreign key (judged_by, office_id) references staff (id, office_id),
  foreign key (second_by, office_id) references staff (id, office_id),
  check (judged_by is null or second_by is null or judged_by <> second_by),
  check ((answer is null) = (judged_by is null))
);
create index matches_office on matches (office_id, state, proposed_at);
create index matches_judged on matches (judged_by, office_id);
create index matches_second on matches (second_by, office_id);
alter table judgements add foreign key (match_id, office_id) references matches (id, office_id);
create index judgements_match on judgements (match_id, office_id);

create table notices (
  id uuid not null,
  office_id uuid not null references offices (id),
  enquiry_id uuid not null,
  state text not null check (state in ('draft', 'awaiting_approval', 'approved', 'refused', 'told', 'withdrawn')),
  ladder_step integer not null check (ladder_step between 1 and 5),
  -- Codes of the cleared facts; the words are sealed.
  cleared text[] not null,
  grave boolean not null default false,
  composed_by uuid not null,
  composed_at timestamptz not null,
  approved_by uuid,
  approved_at timestamptz,
  told_by uuid,
  told_at timestamptz,
  told_how text check (told_how in ('telephone', 'in_person')),
  version integer not null default 1,
  primary key (id, office_id),
  foreign key (enquiry_id, office_id) references enquiries (id, office_id),
  foreign key (composed_by, office_id) references staff (id, office_id),
  foreign key (approved_by, office_id) references staff (id, office_id),
  foreign key (told_by, office_id) references staff (id, office_id),
  check (approved_by is null or approved_by <> composed_by),
  check (state not in ('approved', 'told') or approved_by is not null),
  check ((state = 'told') = (told_at is not null))
);
create index notices_enquiry on notices (enquiry_id, office_id);
create index notices_office on notices (office_id, state);
create index notices_composed on notices (composed_by, office_id);
create index notices_approved on notices (approved_by, office_id);
create index notices_told on notices (told_by, office_id);
