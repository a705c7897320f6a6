import { queryOptions } from '@tanstack/react-query';
import { type Purpose, read } from './client.ts';
import type {
  MatchRow,
  MatchView,
  Page,
  PersonView,
  Queues,
  Session,
  UnmatchedRow,
} from './shapes.ts';
import type {
  Alert,
  AuditPage,
  DuplicateRow,
  EnquiryRow,
  EnquiryView,
  ImportedRow,
  ImportRow,
  ImportView,
  KinView,
  Notice,
  NoticeRow,
  Sender,
} from './work-shapes.ts';

/** Opening sealed records is counted per hour: opened content is cached until it changes. */
const openedForMs = 5 * 60_000;

function open<Answer>(key: readonly [string, ...unknown[]], path: string, purpose: Purpose) {
  return { ...ask<Answer>(key, path, purpose), staleTime: openedForMs };
}

/** Every query of the screens. Keys begin with the module: `live.ts` uses them. */
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

/**
 * Views of the list of enquiries: by state if the API has it, otherwise filtered from its pages.
 */
export type EnquiryList = 'all' | 'open' | 'to_verify' | 'contacts_due' | 'unread';

const today = () => new Date().toISOString().slice(0, 10);
const picks: Readonly<Record<EnquiryList, (row: EnquiryRow) => boolean>> = {
  all: () => true,
  open: () => true,
  to_verify: (row) => row.state === 'submitted' || row.state === 'identity_proven',
  contacts_due: (row) => row.state === 'open' && row.nextContactOn <= today(),
  unread: (row) => row.unread > 0,
};
const pagesAtOnce = 10;

async function gatherEnquiries(
  view: EnquiryList,
  after: string | null,
  signal: AbortSignal,
): Promise<Page<EnquiryRow>> {
  const state = view === 'open' ? view : undefined;
  const rows: EnquiryRow[] = [];
  let next = after;
  for (let pages = 0; pages < pagesAtOnce; pages += 1) {
    const path = `/api/enquiries${query({ state, after: next })}`;
    const page = await read<Page<EnquiryRow>>(path, { purpose: tracing, signal });
    rows.push(...page.rows.filter(picks[view]));
    next = page.nextAfter;
    if (next === null || rows.length >= 20) break;
  }
  return { rows, nextAfter: next };
}

const tracing: Purpose = { kind: 'tracing' };
const importing: Purpose = { kind: 'import' };

export const asked = {
  session: () => ask<Session>(['session'], '/api/session'),
  queues: () => ask<Queues>(['queues'], '/api/queues', tracing),
  matches: (state: string, after: string | null) =>
    ask<Page<MatchRow>>(
      ['matches', state, after],
      `/api/matches${query({ state, after })}`,
      tracing,
    ),
  match: (matchId: string) =>
    open<MatchView>(['match', matchId], `/api/matches/${matchId}`, tracing),
  unmatched: (after: string | null) =>
    ask<Page<UnmatchedRow>>(['unmatched', after], `/api/unmatched${query({ after })}`, tracing),
  person: (personId: string, asOf: string | null, enquiryId: string | null) =>
    open<PersonView>(
      ['person', personId, asOf, enquiryId],
      `/api/persons/${personId}${query({ asOf })}`,
      { kind: 'tracing', enquiryId: enquiryId ?? undefined },
    ),
  enquiries: (view: EnquiryList, after: string | null) =>
    queryOptions({
      queryKey: ['enquiries', view, after],
      queryFn: ({ signal }) => gatherEnquiries(view, after, signal),
    }),
  enquiry: (enquiryId: string) =>
    open<EnquiryView>(['enquiry', enquiryId], `/api/enquiries/${enquiryId}`, {
      kind: 'verification',
      enquiryId,
    }),
  kin: (enquiryId: string) =>
    open<KinView>(['kin', enquiryId], `/api/enquiries/${enquiryId}/kin`, {
      kind: 'notice',
      enquiryId,
    }),
  duplicates: (enquiryId: string) =>
    open<Pick<Page<DuplicateRow>, 'rows'>>(
      ['duplicates', enquiryId],
      `/api/enquiries/${enquiryId}/duplicates`,
      { kind: 'verification', enquiryId },
    ),
  notices: (state: string, after: string | null) =>
    ask<Page<NoticeRow>>(['notices', state, after], `/api/notices${query({ state, after })}`, {
      kind: 'notice',
    }),
  notice: (noticeId: string) =>
    open<Notice>(['notice', noticeId], `/api/notices/${noticeId}`, { kind: 'notice' }),
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
  alerts: (after: string | null) =>
    ask<Page<Alert>>(['alerts', after], `/api/alerts${query({ after })}`, { kind: 'quality' }),
} as const;
