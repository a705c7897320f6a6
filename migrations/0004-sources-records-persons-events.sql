-- Sources speak, people judge, standing is derived.
create table places (
  id uuid not null,
  office_id uuid not null references offices (id),
  kind text not null check (kind in ('camp', 'remand_prison', 'penal_colony', 'hospital', 'filtration_point', 'basement', 'unit', 'transit', 'unknown')),
  -- Public precision only: country and region. Name and coordinates are sealed.
  country text not null,
  region text,
  recorded_at timestamptz not null,
  primary key (id, office_id)
);
create index places_office on places (office_id);

create table senders (
  id uuid not null,
  office_id uuid not null references offices (id),
  label text not null,
  mapping jsonb,
  version integer not null default 1,
  recorded_at timestamptz not null,
  primary key (id, office_id)
);
create index senders_office on senders (office_id);

create table sources (
  id uuid not null,
  office_id uuid not null references offices (id),
  kind text not null check (kind in ('official_list', 'unofficial_list', 'card', 'dispatch', 'tracing_request', 'testimony', 'media', 'visit')),
  -- Reliability of who speaks A-F and of what is said 1-6, as information officers grade.
  reliability text not null check (reliability ~ '^[A-F][1-6]$'),
  language text,
  sender_id uuid,
  enquiry_id uuid,
  as_of date,
  recorded_at timestamptz not null,
  primary key (id, office_id),
  foreign key (sender_id, office_id) references senders (id, office_id)
);
create index sources_office on sources (office_id, recorded_at);
create index sources_sender on sources (sender_id, office_id);
create index sources_enquiry on sources (enquiry_id) where enquiry_id is not null;

create table imports (
  id uuid not null,
  office_id uuid not null references offices (id),
  source_id uuid not null,
  sender_id uuid,
  state text not null check (state in ('received', 'inspected', 'waiting', 'running', 'done', 'refused', 'cancelled')),
  refusal_code text,
  format text,
  file_hash bytea not null,
  file_size bigint not null,
  shape jsonb,
  mapping jsonb,
  rows_estimate integer,
  rows_read integer not null default 0,
  rows_recorded integer not null default 0,
  rows_unchanged integer not null default 0,
  rows_changed integer not null default 0,
  rows_gone integer not null default 0,
  rows_refused integer not null default 0,
  version integer not null default 1,
  brought_by uuid not null,
  recorded_at timestamptz not null,
  finished_at timestamptz,
  primary key (id, office_id),
  foreign key (source_id, office_id) references sources (id, office_id),
  foreign key (sender_id, office_id) references senders (id, office_id)
);
create index imports_office on imports (office_id, recorded_at);
create index imports_source on imports (source_id, office_id);
create index imports_sender on imports (sender_id, office_id);

create table import_rows (
  import_id uuid not null,
  office_id uuid not null,
  line integer not null,
  outcome text not null check (outcome in ('recorded', 'unchanged', 'changed', 'refused')),
  record_id uuid,
  -- Column and code of each note; the raw text of a refused row is sealed.
  notes jsonb not null default '[]',
  primary key (import_id, line, office_id),
  foreign key (import_id, office_id) references imports (id, office_id)
);
create index import_rows_refused on import_rows (import_id, office_id, line) where outcome = 'refused';

create table persons (
  id uuid not null,
  office_id uuid not null references offices (id),
  version integer not null default 1,
  recorded_at timestamptz not null,
  primary key (id, office_id)
);
create index persons_office on persons (office_id);

create table records (
  id uuid not null,
  office_id uuid not null references offices (id),
  source_id uuid not null,
  person_id uuid not null,
  -- What the source says: a person held, a person sought, or a person otherwise spoken of.
  side text not null check (side in ('held', 'sought', 'spoken_of')),
  import_id uuid,
  line integer,
  supersedes_id uuid,
  superseded_at timestamptz,
  language text,
  retention text not null default 'fate',
  -- Matched on arrival, or with the next fixed hour (settled 6).
  match_at text not null check (match_at in ('arrival', 'fixed_hour', 'never')),
  -- When the matcher last asked about it; null is its list of work.
  matched_at timestamptz,
  sequence bigint generated always as identity,
  recorded_at timestamptz not null,
  primary key (id, office_id),
  foreign key (source_id, office_id) references sources (id, office_id),
  foreign key (person_id, office_id) references persons (id, office_id),
  foreign key (supersedes_id, office_id) references records (id, office_id),
  foreign key (import_id, office_id) references imports (id, office_id)
);
create index records_source on records (source_id, office_id);
create index records_person on records (person_id, office_id);
create index records_import on records (import_id, office_id);
create index records_supersedes on records (supersedes_id, office_id);
create index records_unmatched on records (match_at, sequence) where matched_at is null and superseded_at is null;
create index records_order on records (sequence);
create index records_office on records (office_id);
create unique index records_row on records (import_id, line, office_id) where import_id is not null;

create table judgements (
  id uuid not null,
  office_id uuid not null references offices (id),
  left_record_id uuid not null,
  right_record_id uuid not null,
  answer text not null check (answer in ('same', 'different')),
  match_id uuid,
  judged_by uuid not null,
  judged_at timestamptz not null,
  confirmed_by uuid not null,
  confirmed_at timestamptz not null,
  reason text,
  withdrawn_by uuid,
  withdrawn_at timestamptz,
  withdrawal_confirmed_by uuid,
  version integer not null default 1,
  primary key (id, office_id),
  foreign key (left_record_id, office_id) references records (id, office_id),
  foreign key (right_record_id, office_id) references records (id, office_id),
  foreign key (judged_by, office_id) references staff (id, office_id),
  foreign key (confirmed_by, office_id) references staff (id, office_id),
  foreign key (withdrawn_by, office_id) references staff (id, office_id),
  -- Four eyes by person, kept by the database (R-26).
  check (judged_by <> confirmed_by),
  check (left_record_id < right_record_id),
  check ((withdrawn_by is null) = (withdrawn_at is null))
);
create index judgements_left on judgements (left_record_id, office_id);
create index judgements_right on judgements (right_record_id, office_id);
create index judgements_judged on judgements (judged_by, office_id);
create index judgements_confirmed on judgements (confirmed_by, office_id);
create index judgements_withdrawn on judgements (withdrawn_by, office_id);
create index judgements_office on judgements (office_id);
create unique index judgements_standing on judgements (left_record_id, right_record_id, office_id) where withdrawn_at is null;

create table events (
  id uuid not null,
  office_id uuid not null references offices (id),
  record_id uuid not null,
  kind text not null check (kind in ('captured', 'reported_held', 'seen', 'witnessed', 'listed', 'notified', 'confirmed', 'visited', 'released', 'exchanged', 'escaped', 'repatriated', 'proof_of_life', 'reported_dead', 'confirmed_dead', 'identified')),
  -- Occurred within these days; capture is kept to the month here, to the day sealed (settled 1).
  occurred_from date,
  occurred_to date,
  known_at timestamptz not null,
  grade text not null check (grade ~ '^[A-F][1-6]$'),
  place_id uuid,
  recorded_by uuid,
  corrects_id uuid,
  recorded_at timestamptz not null,
  primary key (id, office_id),
  foreign key (record_id, office_id) references records (id, office_id),
  foreign key (place_id, office_id) references places (id, office_id),
  foreign key (corrects_id, office_id) references events (id, office_id),
  check (occurred_from is null or occurred_to is null or occurred_from <= occurred_to)
);
create index events_record on events (record_id, office_id);
create index events_place on events (place_id, office_id);
create index events_corrects on events (corrects_id, office_id);
create index events_office on events (office_id);
create trigger events_keep before update or delete on events for each row execute function refuse_change();
