-- A guess at a file is counted before it is checked; how often a file was opened is bounded too (S-20, S-41).

-- Right passphrases within the hour that `tries_since` begins.
alter table family_files add column opened integer not null default 0 check (opened >= 0);
