-- A family's forms carry a version that only the family's own actions raise: the enquiry's own version
-- rises with every check at the desk and would tell the family of it (R-32).
alter table enquiries add column own_version integer not null default 1 check (own_version >= 1);
