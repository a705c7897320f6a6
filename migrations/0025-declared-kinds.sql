-- Modules declare kinds of events and compartments; the closed lists in the schema end here.
create table event_kinds (
  kind text primary key check (kind ~ '^[a-z_]{2,40}$'),
  axis text check (axis in ('custody', 'life')),
  effect text check (effect in ('capture', 'evidence', 'ending', 'sign', 'death')),
  rank integer not null check (rank >= 0),
  shows_life boolean not null,
  check ((axis is null) = (effect is null))
);
insert into event_kinds (kind, axis, effect, rank, shows_life) values
  ('captured', 'custody', 'capture', 0, false),
  ('reported_held', 'custody', 'evidence', 1, false),
  ('seen', 'custody', 'evidence', 2, false),
  ('witnessed', 'custody', 'evidence', 3, false),
  ('listed', 'custody', 'evidence', 4, false),
  ('notified', 'custody', 'evidence', 5, false),
  ('confirmed', 'custody', 'evidence', 6, false),
  ('visited', 'custody', 'evidence', 7, true),
  ('released', 'custody', 'ending', 0, true),
  ('exchanged', 'custody', 'ending', 0, true),
  ('escaped', 'custody', 'ending', 0, true),
  ('repatriated', 'custody', 'ending', 0, true),
  ('proof_of_life', 'life', 'sign', 0, true),
  ('reported_dead', 'life', 'death', 1, false),
  ('confirmed_dead', 'life', 'death', 2, false),
  ('identified', 'life', 'death', 3, false);
grant select on event_kinds to homeward_desk, homeward_family, homeward_worker, homeward_broker;

alter table events drop constraint events_kind_check;
alter table events add constraint events_kind_fkey foreign key (kind) references event_kinds (kind);
create index events_kind on events (kind);

alter table sealed_fields drop constraint sealed_fields_compartment_check;
alter table sealed_fields add constraint sealed_fields_compartment_check
  check (compartment ~ '^[a-z_]{2,40}$');
alter table staff drop constraint staff_roles_check;
alter table staff add constraint staff_roles_check
  check (array_to_string(roles, ',') ~ '^[a-z_]{2,40}(,[a-z_]{2,40})*$');
