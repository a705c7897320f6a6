import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, Outlet, useLocation, useNavigate } from 'react-router';
import { asked } from './api/asked.ts';
import { Refusal, send } from './api/client.ts';
import { useLive } from './api/live.ts';
import type { QueueName, Queues, Session } from './api/shapes.ts';
import { Unanswered } from './forms/refusal.tsx';
import { paths } from './paths.ts';
import { hasRole, SessionContext, useSession } from './session.ts';
import { type Language, languageNames, languages, type TextKey, useTexts } from './texts.ts';
import { Button } from './ui/button.tsx';
import { ChangedNote } from './ui/changed-note.tsx';
import { Choice } from './ui/field.tsx';
import { KeysProvider, useKeys, useLegend } from './ui/keys.tsx';
import { Loading } from './ui/parts.tsx';

/** The frame of every screen: the signed-in person, the navigation, the banner of a trial. */
export function Frame() {
  const session = useQuery(asked.session());
  const location = useLocation();
  const navigate = useNavigate();
  const isSignedOut = session.error instanceof Refusal && session.error.isSignedOut;
  useLive(session.data !== undefined && !isSignedOut);
  useEffect(() => {
    // The last address is kept in memory only, so that signing in again returns there.
    if (isSignedOut) {
      navigate(paths.signIn, {
        replace: true,
        state: { from: location.pathname + location.search },
      });
    }
  }, [isSignedOut, navigate, location]);
  if (isSignedOut) return null;
  if (session.error && !session.data) {
    return <Unanswered error={session.error} onRetry={() => void session.refetch()} />;
  }
  if (!session.data) return <Loading />;
  return (
    <SessionContext.Provider value={session.data}>
      <KeysProvider>
        <Speak language={session.data.person.language} />
        <WayKeys />
        <Around session={session.data} />
      </KeysProvider>
    </SessionContext.Provider>
  );
}

/** Uses the language that the server stores for this person. */
function Speak({ language }: { readonly language: Language }) {
  const { choose } = useTexts();
  useEffect(() => choose(language), [choose, language]);
  return null;
}

function Around({ session }: { readonly session: Session }) {
  const { t } = useTexts();
  const { pathname } = useLocation();
  const [isOpen, setOpen] = useState(false);
  const queues = useQuery({
    ...asked.queues(),
    enabled: hasRole(session, 'caseworker', 'approver'),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes when the place changes.
  useEffect(() => setOpen(false), [pathname]);
  return (
    <>
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      {session.trial ? <Band textKey="trial.band" tone="warm" /> : null}
      {session.locked ? <Band textKey="locked.band" tone="locked" /> : null}
      <div className="frame">
        <header className="top">
          <Link to={paths.home} className="brand">
            <Roof />
            <span>
              {t('brand')}
              <small>
                <bdi>{session.person.office}</bdi>
              </small>
            </span>
          </Link>
          <button
            type="button"
            className="button quiet menu"
            aria-expanded={isOpen}
            aria-controls="ways"
            onClick={() => setOpen(!isOpen)}
          >
            {t(isOpen ? 'menu.close' : 'menu.open')}
          </button>
        </header>
        <div id="ways" className={isOpen ? 'ways open' : 'ways'}>
          <Ways counts={queues.data?.counts} />
          <Self session={session} />
        </div>
        <main id="main" tabIndex={-1}>
          <Outlet />
        </main>
        <ChangedNote />
      </div>
    </>
  );
}

/** Settings that apply to every screen of this installation. */
function Band({ textKey, tone }: { readonly textKey: TextKey; readonly tone: 'warm' | 'locked' }) {
  const { t } = useTexts();
  return (
    <section className={`band ${tone}`} aria-label={t('band.label')}>
      {t(textKey)}
    </section>
  );
}

function Roof() {
  return <img src="/roof.svg" alt="" width="30" height="30" />;
}

interface Way {
  readonly to: string;
  readonly textKey: TextKey;
  readonly queue?: QueueName;
}

const ways: readonly { readonly textKey: TextKey; readonly ways: readonly Way[] }[] = [
  {
    textKey: 'way.work',
    ways: [
      { to: paths.home, textKey: 'way.home' },
      { to: paths.matches(), textKey: 'way.matches', queue: 'matches' },
      { to: paths.matches('awaiting_second'), textKey: 'way.second', queue: 'awaitingSecond' },
      { to: paths.unmatched, textKey: 'way.unmatched', queue: 'unmatchedCustody' },
    ],
  },
  {
    textKey: 'way.families',
    ways: [
      { to: paths.enquiries('to_verify'), textKey: 'way.enquiries', queue: 'enquiriesToVerify' },
      { to: paths.notices(), textKey: 'way.notices', queue: 'noticesToApprove' },
    ],
  },
  {
    textKey: 'way.find',
    ways: [
      { to: paths.search, textKey: 'way.search' },
      { to: paths.imports, textKey: 'way.imports' },
      { to: paths.alerts, textKey: 'way.alerts', queue: 'alerts' },
    ],
  },
];

function Ways({ counts }: { readonly counts: Queues['counts'] | undefined }) {
  const { t, number } = useTexts();
  const session = useSession();
  const mayWork = hasRole(session, 'caseworker', 'approver');
  const { pathname, search } = useLocation();
  return (
    <nav aria-label={t('way.label')}>
      {(mayWork ? ways : []).map((group) => (
        <div key={group.textKey} className="ways-group">
          <p>{t(group.textKey)}</p>
          {group.ways.map((way) => (
            <Link
              key={way.to}
              to={way.to}
              aria-current={isAt(way.to, pathname + search) ? 'page' : undefined}
            >
              {t(way.textKey)}
              {way.queue && counts?.[way.queue] ? (
                <span className="count">{number(counts[way.queue])}</span>
              ) : null}
            </Link>
          ))}
        </div>
      ))}
      <WatchWays />
    </nav>
  );
}

/** Every role has alerts; caseworkers and approvers find them among the queues. */
function WatchWays() {
  const { t } = useTexts();
  const session = useSession();
  const { pathname } = useLocation();
  const mayWork = hasRole(session, 'caseworker', 'approver');
  const watched = [
    ...(mayWork ? [] : [{ to: paths.alerts, textKey: 'way.alerts' } as const]),
    ...(hasRole(session, 'auditor', 'approver')
      ? [{ to: paths.audit, textKey: 'way.audit' } as const]
      : []),
  ];
  if (watched.length === 0) return null;
  return (
    <div className="ways-group">
      <p>{t('way.watch')}</p>
      {watched.map(({ to, textKey }) => (
        <Link key={to} to={to} aria-current={pathname === to ? 'page' : undefined}>
          {t(textKey)}
        </Link>
      ))}
    </div>
  );
}

function isAt(to: string, here: string): boolean {
  if (to === paths.home) return here === to;
  const [path = '', query] = to.split('?');
  if (query?.startsWith('queue=')) {
    const queue = query.slice('queue='.length);
    return (
      here.startsWith(path) &&
      (here.includes('queue=') ? here.includes(queue) : queue === 'proposed')
    );
  }
  return here.startsWith(path);
}

function Self({ session }: { readonly session: Session }) {
  const { t, word, language, choose } = useTexts();
  const client = useQueryClient();
  const showLegend = useLegend();
  const changeLanguage = (value: string) => {
    const chosen = languages.find((each) => each === value) ?? 'uk';
    choose(chosen);
    void send('/api/language', { language: chosen }).then(() =>
      client.invalidateQueries({ queryKey: ['session'] }),
    );
  };
  const signOut = () => {
    // The whole page is reloaded, so that its memory is discarded.
    void send('/api/sign-out', {}).finally(() => location.assign(paths.signIn));
  };
  return (
    <section className="self" aria-label={t('self.label')}>
      <p>
        <bdi className="strong">{session.person.name}</bdi>
        <small>{session.person.roles.map((role) => word('role', role)).join(' · ')}</small>
      </p>
      <Choice
        label={t('language')}
        isLabelHidden
        value={language}
        onChange={changeLanguage}
        options={languages.map((each) => ({ value: each, label: languageNames[each] }))}
      />
      <div className="row">
        <Button look="quiet" onPress={showLegend} keyName="?">
          {t('keys.title')}
        </Button>
        <Button look="quiet" onPress={signOut}>
          {t('signOut')}
        </Button>
      </div>
    </section>
  );
}

function WayKeys() {
  const { t } = useTexts();
  const navigate = useNavigate();
  const go = (keys: string, textKey: TextKey, to: string) => ({
    keys,
    label: t('keys.go', { to: t(textKey) }),
    run: () => void navigate(to),
  });
  useKeys([
    go('g q', 'way.home', paths.home),
    go('g m', 'way.matches', paths.matches()),
    go('g a', 'way.second', paths.matches('awaiting_second')),
    go('g u', 'way.unmatched', paths.unmatched),
    go('g e', 'way.enquiries', paths.enquiries('to_verify')),
    go('g n', 'way.notices', paths.notices()),
    go('g s', 'way.search', paths.search),
    go('g i', 'way.imports', paths.imports),
  ]);
  return null;
}
