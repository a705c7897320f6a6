-- The same alert again raises a count and not another row: one family could fill the page of alerts.
alter table alerts add column times integer not null default 1 check (times >= 1);
alter table alerts add column last_raised_at timestamptz not null default now();
update alerts set last_raised_at = raised_at;

-- Of repeated alerts that nobody has seen, the newest stays and carries the count.
with counted as (
  select office_id, kind, object_id, count(*)::int as times from alerts
  where seen_at is null group by office_id, kind, object_id having count(*) > 1)
update alerts a set times = c.times from counted c
where a.seen_at is null and a.office_id = c.office_id and a.kind = c.kind
  and a.object_id is not distinct from c.object_id;
update alerts a set seen_at = raised_at, times = 1 where seen_at is null and exists (
  select from alerts b where b.office_id = a.office_id and b.kind = a.kind
    and b.object_id is not distinct from a.object_id and b.seen_at is null
    and (b.raised_at, b.id) > (a.raised_at, a.id));

drop index alerts_unseen;
create unique index alerts_unseen on alerts (office_id, kind, object_id) nulls not distinct
  where seen_at is null;
