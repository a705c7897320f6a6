import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { Refusal } from './api/client.ts';
import { StepUpProvider } from './forms/step-up.tsx';
import { Frame } from './frame.tsx';
import AlertsPage from './pages/alerts.tsx';
import AuditPage from './pages/audit.tsx';
import CorrectPage from './pages/correct.tsx';
import EnquiriesPage from './pages/enquiries.tsx';
import EnquiryPage from './pages/enquiry.tsx';
import HomePage from './pages/home.tsx';
import ImportPage from './pages/import.tsx';
import ImportsPage from './pages/imports.tsx';
import MatchPage from './pages/match.tsx';
import MatchesPage from './pages/matches.tsx';
import NewImportPage from './pages/new-import.tsx';
import { BrokenPage, NotFoundPage } from './pages/not-found.tsx';
import NoticePage from './pages/notice.tsx';
import NoticesPage from './pages/notices.tsx';
import PersonPage from './pages/person.tsx';
import SearchPage from './pages/search.tsx';
import SignInPage from './pages/sign-in.tsx';
import TakeEnquiryPage from './pages/take-enquiry.tsx';
import UnmatchedPage from './pages/unmatched.tsx';
import { paths, patterns } from './paths.ts';
import {
  guessLanguage,
  type Language,
  loadSpeech,
  mirrored,
  type Speech,
  SpeechContext,
} from './texts.ts';
import { SayingProvider } from './ui/saying.tsx';

// Whatever learns first that the session has ended, the frame is told and leads to the door.
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
      // Colleagues' changes come by the live stream; coming back to a window is no reason to open anew.
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
      { path: paths.audit, element: <AuditPage /> },
      { path: paths.alerts, element: <AlertsPage /> },
      { path: '*', element: <NotFoundPage /> },
    ],
  },
]);

/** The whole desk: words, questions, addresses. */
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
