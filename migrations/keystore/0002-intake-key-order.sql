-- Which intake key is the newest must not depend on the clock: it may have been wrong.
alter table intake_keys add column sequence bigint;
update intake_keys k set sequence = o.position
  from (select id, row_number() over (order by valid_from, id) as position from intake_keys) o
  where o.id = k.id;
alter table intake_keys alter column sequence set not null;
alter table intake_keys alter column sequence add generated always as identity;
select setval(pg_get_serial_sequence('intake_keys', 'sequence'),
  (select coalesce(max(sequence), 0) + 1 from intake_keys), false);
create unique index intake_keys_sequence on intake_keys (sequence);
