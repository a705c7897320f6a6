-- Codes that only the code held so far: a free word here would lie in clear (R-45).
alter table checks
  add constraint checks_means check (means in ('passport_seen', 'signature_service', 'video_call', 'known_in_person',
    'birth_certificate', 'marriage_certificate', 'register_extract', 'witnesses')),
  add constraint checks_kinship check (kinship in ('mother', 'father', 'wife', 'husband', 'child', 'sibling', 'grandparent', 'other'));
alter table enquiries
  add constraint enquiries_kinship check (kinship in ('mother', 'father', 'wife', 'husband', 'child', 'sibling', 'grandparent', 'other'));
alter table contacts
  add constraint contacts_outcome check (outcome in ('reached', 'not_reached', 'call_again', 'sent', 'consent_changed', 'notice_told'));
alter table judgements
  add constraint judgements_reason check (reason in ('new_evidence', 'mistake', 'two_people', 'wrong_source')),
  add constraint judgements_withdrawn_why check ((reason is null) = (withdrawn_at is null));
