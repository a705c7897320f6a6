import type { Furnished } from './furnished.ts';

/** Ids of one object of every kind, for tests that send them. */
export type Ids = Pick<
  Furnished,
  | 'enquiryId'
  | 'paperId'
  | 'draftId'
  | 'toldId'
  | 'matchId'
  | 'personId'
  | 'recordId'
  | 'judgementId'
  | 'eventId'
  | 'importId'
  | 'alertId'
  | 'disputeId'
>;

/** A request to a route with an id; it would have an effect if the id were the caller's own. */
export interface Probe {
  readonly purpose: string;
  /** The address with the id of one of these objects. */
  readonly path: (ids: Ids) => string;
  readonly body?: (ids: Ids) => Readonly<Record<string, unknown>>;
}

/**
 * The request for each address with an id: it would have an effect if the id were the caller's own.
 */
export const probes: Readonly<Record<string, Probe>> = {
  'GET /api/persons/:id': { purpose: 'tracing', path: (ids) => `/api/persons/${ids.personId}` },
  'POST /api/judgements/:id/withdraw': {
    purpose: 'tracing',
    path: (ids) => `/api/judgements/${ids.judgementId}/withdraw`,
    body: () => ({ reason: 'mistake' }),
  },
  'POST /api/records/:id/events': {
    purpose: 'tracing',
    path: (ids) => `/api/records/${ids.recordId}/events`,
    body: () => ({ kind: 'seen', grade: 'C3' }),
  },
  'POST /api/records/:id/correct': {
    purpose: 'quality',
    path: (ids) => `/api/records/${ids.recordId}/correct`,
    body: () => ({ description: { names: [{ full: 'Інше Ім’я' }] }, reason: 'why not' }),
  },
  'GET /api/matches/:id': { purpose: 'tracing', path: (ids) => `/api/matches/${ids.matchId}` },
  'POST /api/matches/:id/judge': {
    purpose: 'tracing',
    path: (ids) => `/api/matches/${ids.matchId}/judge`,
    body: () => ({ answer: 'same' }),
  },
  'POST /api/matches/:id/undo': matchStep('undo'),
  'POST /api/matches/:id/confirm': matchStep('confirm'),
  'POST /api/matches/:id/return': matchStep('return'),
  'POST /api/enquiries/:id/check': {
    purpose: 'verification',
    path: (ids) => `/api/enquiries/${ids.enquiryId}/check`,
    body: () => ({ kind: 'identity', outcome: 'proven', means: 'passport_seen' }),
  },
  'POST /api/enquiries/:id/contact': {
    purpose: 'notice',
    path: (ids) => `/api/enquiries/${ids.enquiryId}/contact`,
    body: () => ({ kind: 'telephone', outcome: 'reached', occurredAt: '2026-03-01T09:00:00Z' }),
  },
  'POST /api/enquiries/:id/thread': {
    purpose: 'notice',
    path: (ids) => `/api/enquiries/${ids.enquiryId}/thread`,
    body: () => ({ text: 'hello' }),
  },
  'POST /api/enquiries/:id/close': {
    purpose: 'notice',
    path: (ids) => `/api/enquiries/${ids.enquiryId}/close`,
    body: () => ({ reason: 'returned' }),
  },
  'GET /api/enquiries/:id/papers/:paperId': {
    purpose: 'verification',
    path: (ids) => `/api/enquiries/${ids.enquiryId}/papers/${ids.paperId}`,
  },
  'GET /api/enquiries/:id': { purpose: 'notice', path: (ids) => `/api/enquiries/${ids.enquiryId}` },
  'POST /api/enquiries/:id/notices': {
    purpose: 'notice',
    path: (ids) => `/api/enquiries/${ids.enquiryId}/notices`,
    body: () => ({ cleared: ['search_goes_on'], text: 'hello', grave: false }),
  },
  'GET /api/notices/:id': { purpose: 'notice', path: (ids) => `/api/notices/${ids.draftId}` },
  'POST /api/notices/:id/submit': noticeStep('submit'),
  'POST /api/notices/:id/approve': noticeStep('approve'),
  'POST /api/notices/:id/refuse': noticeStep('refuse'),
  'POST /api/notices/:id/withdraw': noticeStep('withdraw'),
  'POST /api/notices/:id/tell': {
    purpose: 'notice',
    path: (ids) => `/api/notices/${ids.draftId}/tell`,
    body: () => ({ how: 'telephone', at: '2026-03-01T09:00:00Z' }),
  },
  'GET /api/imports/:id': { purpose: 'import', path: (ids) => `/api/imports/${ids.importId}` },
  'POST /api/imports/:id/start': {
    purpose: 'import',
    path: (ids) => `/api/imports/${ids.importId}/start`,
    body: () => ({ mapping: { columns: [] } }),
  },
  'POST /api/imports/:id/cancel': {
    purpose: 'import',
    path: (ids) => `/api/imports/${ids.importId}/cancel`,
    body: () => ({}),
  },
  'GET /api/imports/:id/rows': {
    purpose: 'import',
    path: (ids) => `/api/imports/${ids.importId}/rows`,
  },
  'GET /api/imports/:id/refused.csv': {
    purpose: 'import',
    path: (ids) => `/api/imports/${ids.importId}/refused.csv`,
  },
  'GET /api/enquiries/:id/duplicates': {
    purpose: 'verification',
    path: (ids) => `/api/enquiries/${ids.enquiryId}/duplicates`,
  },
  'POST /api/enquiries/:id/consents': {
    purpose: 'notice',
    path: (ids) => `/api/enquiries/${ids.enquiryId}/consents`,
    body: () => ({
      consents: { centralAgency: true, otherBureau: false, contact: true },
      how: 'telephone',
    }),
  },
  'POST /api/enquiries/:id/withdraw': {
    purpose: 'tracing',
    path: (ids) => `/api/enquiries/${ids.enquiryId}/withdraw`,
    body: () => ({}),
  },
  'GET /api/enquiries/:id/kin': {
    purpose: 'notice',
    path: (ids) => `/api/enquiries/${ids.enquiryId}/kin`,
  },
  'POST /api/enquiries/:id/primary': {
    purpose: 'notice',
    path: (ids) => `/api/enquiries/${ids.enquiryId}/primary`,
    body: () => ({ reason: 'next_of_kin' }),
  },
  'POST /api/enquiries/:id/primary/withdraw': {
    purpose: 'notice',
    path: (ids) => `/api/enquiries/${ids.enquiryId}/primary/withdraw`,
    body: () => ({ reason: 'own_wish' }),
  },
  'POST /api/enquiries/:id/disputes': {
    purpose: 'notice',
    path: (ids) => `/api/enquiries/${ids.enquiryId}/disputes`,
    body: () => ({ reason: 'relative_at_risk' }),
  },
  'POST /api/disputes/:id/close': {
    purpose: 'notice',
    path: (ids) => `/api/disputes/${ids.disputeId}/close`,
    body: () => ({ reason: 'agreed' }),
  },
  'POST /api/alerts/:id/seen': {
    purpose: 'quality',
    path: (ids) => `/api/alerts/${ids.alertId}/seen`,
    body: () => ({}),
  },
};

function matchStep(step: string): Probe {
  const path = (ids: Ids) => `/api/matches/${ids.matchId}/${step}`;
  return { purpose: 'tracing', path, body: () => ({}) };
}

function noticeStep(step: string): Probe {
  const path = (ids: Ids) => `/api/notices/${ids.draftId}/${step}`;
  return { purpose: 'notice', path, body: () => ({}) };
}
