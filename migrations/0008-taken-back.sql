-- An enquiry that a family took back, or that proved an impostor's, leaves matching once; an alert is raised once.

alter table enquiries add column left_matching_at timestamptz;
alter table enquiries add constraint enquiries_left_matching
  check (left_matching_at is null or (record_id is not null and state in ('withdrawn', 'rejected', 'erased')));
create index enquiries_taken_back on enquiries (office_id)
  where record_id is not null and left_matching_at is null and state in ('withdrawn', 'rejected');

-- A round that was killed is done again and must not raise its alert twice (C17).
update alerts a set seen_at = raised_at where seen_at is null and exists (
  select from alerts b where b.office_id = a.office_id and b.kind = a.kind and b.object_id = a.object_id
    and b.seen_at is null and (b.raised_at, b.id) > (a.raised_at, a.id));
create unique index alerts_unseen on alerts (office_id, kind, object_id)
  where seen_at is null and object_id is not null;
