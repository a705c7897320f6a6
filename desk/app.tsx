import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { AlertsPage } from './access/alerts.tsx';
import { LogPage } from './access/audit.tsx';
import { SignInPage } from './access/sign-in.tsx';
import { StepUpProvider } from './access/step-up.tsx';
import { Refusal } from './api/client.ts';
import { EnquiriesPage } from './enquiries/enquiries.tsx';
import { EnquiryPage } from './enquiries/enquiry.tsx';
import { TakeEnquiryPage } from './enquiries/take-enquiry.tsx';
import { Frame } from './frame.tsx';
import { HomePage } from './home.tsx';
import { ImportPage } from './imports/import.tsx';
import { ImportsPage } from './imports/imports.tsx';
import { NewImportPage } from './imports/new-import.tsx';
import { MatchPage } from './matches/match.tsx';
import { MatchesPage } from './matches/matches.tsx';
import { BrokenPage, NotFoundPage } from './not-found.tsx';
import { NoticePage } from './notices/notice.tsx';
import { NoticesPage } from './notices/notices.tsx';
import { paths, patterns } from './paths.ts';
import { CorrectPage } from './persons/correct.tsx';
import { PersonPage } from './persons/person.tsx';
import { SearchPage } from './persons/search.tsx';
import { UnmatchedPage } from './persons/unmatched.tsx';
import {
  guessLanguage,
  type Language,
  loadSpeech,
  mirrored,
  type Speech,
  SpeechContext,
} from './texts.ts';
import { SayingProvider } from './ui/saying.tsx';

// The first query that finds the session ended tells the frame, which shows the sign-in.
const atDoor = (error: Error) => {
  if (error instanceof Refusal && error.isSignedOut) {
    void client.invalidateQueries({ queryKey: ['session'] });
  }
};
const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => (queryKey[0] === 'session' ? undefined : atDoor(error)),
  }),
  mutationCache: new MutationCache({ onError: atDoor }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      gcTime: 60_000,
      // Colleagues' changes arrive by the live stream; returning to a window is no reason to open
      // records again.
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: (tries, error) => error instanceof Refusal && error.status === 0 && tries < 2,
    },
  },
});

const router = createBrowserRouter([
  { path: paths.signIn, element: <SignInPage />, errorElement: <BrokenPage /> },
  {
    element: <Frame />,
    errorElement: <BrokenPage />,
    children: [
      { path: paths.home, element: <HomePage /> },
      { path: patterns.matches, element: <MatchesPage /> },
      { path: patterns.match, element: <MatchPage /> },
      { path: paths.unmatched, element: <UnmatchedPage /> },
      { path: patterns.person, element: <PersonPage /> },
      { path: patterns.correction, element: <CorrectPage /> },
      { path: paths.search, element: <SearchPage /> },
      { path: patterns.enquiries, element: <EnquiriesPage /> },
      { path: paths.takeEnquiry, element: <TakeEnquiryPage /> },
      { path: patterns.enquiry, element: <EnquiryPage /> },
      { path: patterns.notices, element: <NoticesPage /> },
      { path: patterns.notice, element: <NoticePage /> },
      { path: paths.imports, element: <ImportsPage /> },
      { path: paths.newImport, element: <NewImportPage /> },
      { path: patterns.import, element: <ImportPage /> },
      { path: paths.audit, element: <LogPage /> },
      { path: paths.alerts, element: <AlertsPage /> },
      { path: '*', element: <NotFoundPage /> },
    ],
  },
]);

/** The whole desk: translations, queries, addresses. */
export function App() {
  return (
    <Speaker>
      <QueryClientProvider client={client}>
        <SayingProvider>
          <StepUpProvider>
            <RouterProvider router={router} />
          </StepUpProvider>
        </SayingProvider>
      </QueryClientProvider>
    </Speaker>
  );
}

const isMirrored = new URLSearchParams(location.search).get('locale') === mirrored;

function Speaker({ children }: { readonly children: ReactNode }) {
  const [speech, setSpeech] = useState<Speech | null>(null);
  const choose = useCallback((language: Language) => {
    void loadSpeech(isMirrored ? 'en' : language, isMirrored).then(setSpeech);
  }, []);
  useEffect(() => choose(guessLanguage(navigator.languages)), [choose]);
  useEffect(() => {
    if (!speech) return;
    document.documentElement.lang = speech.language;
    document.documentElement.dir = speech.direction;
  }, [speech]);
  const speaking = useMemo(() => (speech ? { ...speech, choose } : null), [speech, choose]);
  if (!speaking) return null;
  return (
    <SpeechContext.Provider value={speaking}>
      <I18nProvider locale={speaking.locale}>{children}</I18nProvider>
    </SpeechContext.Provider>
  );
}
