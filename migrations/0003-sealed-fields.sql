-- Everything R-45 forbids in clear lies here, one generic table, so the broker needs no noun.
create table sealed_fields (
  row_id uuid not null,
  table_name text not null,
  column_name text not null,
  subject_id uuid not null,
  compartment text not null check (compartment in ('identity', 'contact', 'work', 'intake', 'health', 'debrief', 'evidence')),
  office_id uuid not null references offices (id),
  -- Whose session may open it beside the office: the family's own enquiry.
  enquiry_id uuid,
  key_version integer not null,
  sealed bytea not null,
  recorded_at timestamptz not null,
  primary key (row_id, column_name, office_id)
);
create index sealed_fields_subject on sealed_fields (subject_id, compartment);
create index sealed_fields_office on sealed_fields (office_id);
create index sealed_fields_enquiry on sealed_fields (enquiry_id) where enquiry_id is not null;
