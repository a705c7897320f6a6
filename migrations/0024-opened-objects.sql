-- An entry names every object that a read opened, so that one read needs one entry (ruling 14).
alter table audit_entries add column opened_hashes text[] not null default '{}';
create index audit_entries_opened on audit_entries using gin (opened_hashes);
