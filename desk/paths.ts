/** Every address of the desk. Random ids only: never a name, number or date. */
export const paths = {
  home: '/',
  signIn: '/sign-in',
  matches: (queue: MatchQueue = 'proposed') => `/matches?queue=${queue}`,
  match: (matchId: string, queue: MatchQueue = 'proposed') => `/matches/${matchId}?queue=${queue}`,
  unmatched: '/unmatched',
  person: (personId: string, enquiryId?: string) =>
    `/persons/${personId}${enquiryId ? `?enquiry=${enquiryId}` : ''}`,
  correction: (personId: string, recordId: string, enquiryId?: string | null) =>
    `/persons/${personId}/records/${recordId}/correct${enquiryId ? `?enquiry=${enquiryId}` : ''}`,
  search: '/search',
  searchFor: (enquiryId: string) => `/search?enquiry=${enquiryId}`,
  enquiries: (view: EnquiryView = 'all') => `/enquiries?view=${view}`,
  takeEnquiry: '/enquiries/new',
  enquiry: (enquiryId: string) => `/enquiries/${enquiryId}`,
  notices: (view: NoticeView = 'awaiting_approval') => `/notices?view=${view}`,
  notice: (noticeId: string) => `/notices/${noticeId}`,
  imports: '/imports',
  newImport: '/imports/new',
  import: (importId: string) => `/imports/${importId}`,
  audit: '/audit',
  alerts: '/alerts',
} as const;

/** The same addresses as patterns for the router. */
export const patterns = {
  match: '/matches/:matchId',
  matches: '/matches',
  person: '/persons/:personId',
  correction: '/persons/:personId/records/:recordId/correct',
  enquiries: '/enquiries',
  enquiry: '/enquiries/:enquiryId',
  notices: '/notices',
  notice: '/notices/:noticeId',
  import: '/imports/:importId',
} as const;

export const matchQueues = ['proposed', 'awaiting_second', 'unsure'] as const;
export type MatchQueue = (typeof matchQueues)[number];
export const enquiryViews = ['all', 'to_verify', 'open', 'contacts_due', 'unread'] as const;
export type EnquiryView = (typeof enquiryViews)[number];
export const noticeViews = ['awaiting_approval', 'approved', 'told'] as const;
export type NoticeView = (typeof noticeViews)[number];

/** The queue in an address, or the first one. */
export function readChoice<Choice extends string>(
  given: string | null,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  return choices.find((choice) => choice === given) ?? choices[0];
}
