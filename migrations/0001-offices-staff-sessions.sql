-- Offices, the people who work there, how they sign in, and who a row belongs to.
create function actor_kind() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('homeward.actor_kind', true), '') $$;
create function actor_id() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('homeward.actor_id', true), '') $$;
create function actor_office() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('homeward.office_id', true), '')::uuid $$;
create function actor_subject() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('homeward.subject_id', true), '') $$;

create table offices (
  id uuid primary key,
  name text not null,
  recorded_at timestamptz not null
);

-- A human being on the staff. Four eyes are counted by this table, never by account (R-26).
create table staff (
  id uuid not null,
  office_id uuid not null references offices (id),
  work_name text not null,
  roles text[] not null check (roles <@ array['caseworker', 'approver', 'auditor', 'administrator']),
  language text not null check (language in ('uk', 'ru', 'en')),
  disabled_at timestamptz,
  locked_at timestamptz,
  version integer not null default 1,
  recorded_at timestamptz not null,
  primary key (id, office_id)
);
create index staff_office on staff (office_id);

create table staff_accounts (
  id uuid not null,
  staff_id uuid not null,
  office_id uuid not null,
  -- SHA-256 of a one-time enrolment code (128 bits); null once used.
  enrolment_hash bytea,
  enrolment_expires_at timestamptz,
  recorded_at timestamptz not null,
  primary key (id, office_id),
  foreign key (staff_id, office_id) references staff (id, office_id)
);
create index staff_accounts_staff on staff_accounts (staff_id, office_id);
create unique index staff_accounts_enrolment on staff_accounts (enrolment_hash);

-- Passkeys of staff and of families. The owner is an account or an enquiry.
create table passkeys (
  credential_id text primary key,
  owner_kind text not null check (owner_kind in ('staff', 'family')),
  owner_id uuid not null,
  office_id uuid not null references offices (id),
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null default '{}',
  recorded_at timestamptz not null,
  last_used_at timestamptz
);
create index passkeys_owner on passkeys (owner_id);
create index passkeys_office on passkeys (office_id);

create table sessions (
  id uuid primary key,
  -- SHA-256 of the 256-bit token (R-15); the token itself is only in the cookie.
  token_hash bytea not null unique,
  kind text not null check (kind in ('staff', 'family')),
  account_id uuid,
  staff_id uuid,
  enquiry_id uuid,
  office_id uuid not null references offices (id),
  started_at timestamptz not null,
  seen_at timestamptz not null,
  fresh_until timestamptz,
  ends_at timestamptz not null,
  ended_at timestamptz,
  purpose text,
  check ((kind = 'staff') = (staff_id is not null and account_id is not null)),
  check ((kind = 'family') = (enquiry_id is not null))
);
create index sessions_staff on sessions (staff_id) where ended_at is null;
create index sessions_enquiry on sessions (enquiry_id) where ended_at is null;
create index sessions_office on sessions (office_id);

-- Challenges of passkey ceremonies: used once, minutes old.
create table challenges (
  id uuid primary key,
  challenge text not null,
  intent text not null check (intent in ('enrol', 'sign_in', 'step_up', 'family_enrol', 'family_sign_in')),
  owner_id uuid,
  expires_at timestamptz not null
);

-- Decryption budgets (R-40): records opened per scope and hour.
create table budget_spends (
  scope text not null,
  scope_id text not null,
  hour timestamptz not null,
  spent integer not null check (spent >= 0),
  primary key (scope, scope_id, hour)
);

-- Signed policy: limits and hours, never constants in code.
create table policies (
  version integer primary key,
  content text not null,
  signature bytea not null,
  decided_by uuid,
  approved_by uuid,
  in_force_at timestamptz not null,
  check (approved_by is null or approved_by <> decided_by)
);

create table alerts (
  id uuid not null,
  office_id uuid not null references offices (id),
  kind text not null,
  object_id uuid,
  raised_at timestamptz not null,
  seen_by uuid,
  seen_at timestamptz,
  primary key (id, office_id)
);
create index alerts_office on alerts (office_id, raised_at);

-- What changed, in commit order: live screens and the matcher read on from here.
create table changes (
  sequence bigint generated always as identity primary key,
  written_by xid8 not null default pg_current_xact_id(),
  office_id uuid not null references offices (id),
  noun text not null,
  object_id uuid not null,
  recorded_at timestamptz not null
);
create index changes_order on changes (written_by, sequence);
create index changes_office on changes (office_id);

-- Every command once: the answer is kept with the client's own id (R-140).
create table commands (
  actor_id text not null,
  command_id uuid not null,
  action text not null,
  body_hash bytea not null,
  answer jsonb,
  recorded_at timestamptz not null,
  primary key (actor_id, command_id)
);
