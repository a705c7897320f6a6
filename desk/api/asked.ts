import { queryOptions } from '@tanstack/react-query';
import { type Purpose, read } from './client.ts';
import type { MatchRow, MatchView, Page, PersonView, Queues, Session, UnmatchedRow } from './shapes.ts';
import type {
  Alert,
  AuditPage,
  EnquiryRow,
  EnquiryView,
  ImportedRow,
  ImportRow,
  ImportView,
  Notice,
  NoticeRow,
  Sender,
} from './work-shapes.ts';

/** Every question the screens put to the API. Keys begin with the noun: `live.ts` knows them. */
function ask<Answer>(key: readonly [string, ...unknown[]], path: string, purpose?: Purpose) {
  return queryOptions({
    queryKey: key,
    queryFn: ({ signal }) => read<Answer>(path, { purpose, signal }),
  });
}

function query(values: Readonly<Record<string, string | null | undefined>>): string {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value ? [`${name}=${encodeURIComponent(value)}`] : [],
  );
  return given.length === 0 ? '' : `?${given.join('&')}`;
}

const tracing: Purpose = { kind: 'tracing' };
const importing: Purpose = { kind: 'import' };

export const asked = {
  session: () => ask<Session>(['session'], '/api/session'),
  queues: () => ask<Queues>(['queues'], '/api/queues', tracing),
  matches: (state: string, after: string | null) =>
    ask<Page<MatchRow>>(['matches', state, after], `/api/matches${query({ state, after })}`, tracing),
  match: (matchId: string) =>
    ask<MatchView>(['match', matchId], `/api/matches/${matchId}`, tracing),
  unmatched: (after: string | null) =>
    ask<Page<UnmatchedRow>>(['unmatched', after], `/api/unmatched${query({ after })}`, tracing),
  person: (personId: string, asOf: string | null, enquiryId: string | null) =>
    ask<PersonView>(
      ['person', personId, asOf, enquiryId],
      `/api/persons/${personId}${query({ asOf })}`,
      { kind: 'tracing', enquiryId: enquiryId ?? undefined },
    ),
  enquiries: (filter: { readonly state?: string; readonly due?: string }, after: string | null) =>
    ask<Page<EnquiryRow>>(
      ['enquiries', filter, after],
      `/api/enquiries${query({ ...filter, after })}`,
      tracing,
    ),
  enquiry: (enquiryId: string) =>
    ask<EnquiryView>(['enquiry', enquiryId], `/api/enquiries/${enquiryId}`, {
      kind: 'verification',
      enquiryId,
    }),
  notices: (state: string, after: string | null) =>
    ask<Page<NoticeRow>>(['notices', state, after], `/api/notices${query({ state, after })}`, {
      kind: 'notice',
    }),
  notice: (noticeId: string) =>
    ask<Notice>(['notice', noticeId], `/api/notices/${noticeId}`, { kind: 'notice' }),
  imports: (after: string | null) =>
    ask<Page<ImportRow>>(['imports', after], `/api/imports${query({ after })}`, importing),
  import: (importId: string) =>
    ask<ImportView>(['import', importId], `/api/imports/${importId}`, importing),
  importRows: (importId: string, outcome: string, after: string | null) =>
    ask<Page<ImportedRow>>(
      ['import-rows', importId, outcome, after],
      `/api/imports/${importId}/rows${query({ outcome, after })}`,
      importing,
    ),
  senders: () => ask<readonly Sender[] | Page<Sender>>(['senders'], '/api/senders', importing),
  audit: (action: string, after: string | null) =>
    ask<AuditPage>(['audit', action, after], `/api/audit${query({ action, after })}`, {
      kind: 'audit',
    }),
  alerts: () => ask<Page<Alert>>(['alerts'], '/api/alerts', { kind: 'quality' }),
} as const;
