import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { useAct } from '../api/act.ts';
import { asked } from '../api/asked.ts';
import { send } from '../api/client.ts';
import type { Answer, MatchAnswer, MatchRow, MatchView, Page } from '../api/shapes.ts';
import { Answered, RefusalNote } from '../forms/refusal.tsx';
import { matchQueues, paths, readChoice } from '../paths.ts';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { type KeyBinding, Legend, useKeys } from '../ui/keys.tsx';
import { Badge, Note, PageHead } from '../ui/parts.tsx';
import { useSaying } from '../ui/saying.tsx';
import { Comparison, Links, Reasons } from './match-parts.tsx';
import { BandBadge } from './matches.tsx';

/** Two records side by side; a person judges whether they are one human being. */
export function MatchPage() {
  const { t } = useTexts();
  const { matchId = '' } = useParams();
  const question = useQuery(asked.match(matchId));
  return (
    <>
      <PageHead key={matchId} title={t('match.title')} windowTitle={t('match.title')} />
      <Answered question={question}>
        {(match) => <Judging key={match.matchId} match={match} />}
      </Answered>
    </>
  );
}

/** Shows the answer of a command on the screen; opening both records again would cost budget. */
function useAnswered(matchId: string) {
  const client = useQueryClient();
  return (answer: MatchAnswer, change: Partial<MatchView>) =>
    client.setQueryData<MatchView>(asked.match(matchId).queryKey, (shown) =>
      shown ? { ...shown, ...change, state: answer.state, version: answer.version } : shown,
    );
}

/** What a person can do with a match, each command with its key. */
function useJudging(match: MatchView) {
  const { t, word } = useTexts();
  const say = useSaying();
  const show = useAnswered(match.matchId);
  const path = `/api/matches/${match.matchId}`;
  const sending = { version: match.version, purpose: { kind: 'tracing' as const } };
  const undo = useAct(
    (version: number, commandId) =>
      send<MatchAnswer>(`${path}/undo`, { commandId }, { ...sending, version }),
    (done) => {
      show(done, { answer: null, judgedByMe: false, mayConfirm: false });
      say({ words: t('match.undone') });
    },
    'match',
  );
  const judge = useAct(
    (answer: Answer, commandId) =>
      send<MatchAnswer>(`${path}/judge`, { answer, commandId }, sending),
    (done, answer) => {
      show(done, { answer, judgedByMe: true, mayConfirm: false });
      const words = t('match.judged', { answer: word('answer', answer) });
      say({ words, undo: () => undo.run(done.version) });
    },
    'match',
  );
  const confirm = useAct(
    (_: null, commandId) => send<MatchAnswer>(`${path}/confirm`, { commandId }, sending),
    (done) => {
      // Two persons have become one, under the id that the answer names.
      const personId = done.personId ?? match.left.personId;
      const joined = done.state === 'confirmed' ? { personId } : {};
      show(done, {
        mayConfirm: false,
        left: { ...match.left, ...joined },
        right: { ...match.right, ...joined },
      });
      say({ words: t('match.confirmed') });
    },
    'match',
  );
  const giveBack = useAct(
    (_: null, commandId) => send<MatchAnswer>(`${path}/return`, { commandId }, sending),
    (done) => {
      show(done, { answer: null, judgedByMe: false, mayConfirm: false });
      say({ words: t('match.returned') });
    },
    'match',
  );
  return { undo, judge, confirm, giveBack };
}

/** What this person may do with the match now; the server decides, this only avoids a refusal. */
function openSteps(match: MatchView) {
  const { state } = match;
  const mayJudge = state === 'proposed' || state === 'unsure' || state === 'returned';
  const mayUndo = match.judgedByMe && (state === 'awaiting_second' || state === 'unsure');
  return { mayJudge, mayDefer: mayJudge && !mayUndo, mayUndo };
}

function useBindings(
  match: MatchView,
  acts: ReturnType<typeof useJudging>,
  next: () => void,
): readonly KeyBinding[] {
  const { t, word } = useTexts();
  const { mayJudge, mayDefer, mayUndo } = openSteps(match);
  const answer = (keys: string, given: Answer) => ({
    keys,
    label: word('answer', given),
    run: () => acts.judge.run(given),
  });
  return [
    ...(mayJudge ? [answer('s', 'same'), answer('d', 'different')] : []),
    ...(mayDefer ? [answer('u', 'unsure')] : []),
    ...(match.mayConfirm
      ? [{ keys: 'c', label: t('match.confirm'), run: () => acts.confirm.run(null) }]
      : []),
    ...(mayUndo
      ? [{ keys: 'z', label: t('match.undo'), run: () => acts.undo.run(match.version) }]
      : []),
    { keys: 'n', label: t('match.next'), run: next },
  ];
}

function Judging({ match }: { readonly match: MatchView }) {
  const { t, word, percent } = useTexts();
  const acts = useJudging(match);
  const next = useNext(match.matchId);
  const bindings = useBindings(match, acts, next);
  const isBusy = Object.values(acts).some((act) => act.isBusy);
  useKeys(isBusy ? [] : bindings);
  return (
    <>
      <div className="row match-state">
        <Badge tone={match.state === 'confirmed' ? 'good' : 'calm'}>
          {word('matchState', match.state)}
        </Badge>
        <BandBadge band={match.band} />
        <span className="hint">
          {t('match.probability', { share: percent(match.probability) })} · {t('match.model')}{' '}
          <code>{match.modelVersion}</code>
        </span>
      </div>
      {match.conflict ? <Note tone="bad">{t('match.isConflict')}</Note> : null}
      {match.wouldConflict ? <Note tone="bad">{t('match.conflict')}</Note> : null}
      <RefusalNote
        refusal={Object.values(acts).find((act) => act.refusal)?.refusal ?? null}
        onReload={() => {
          for (const act of Object.values(acts)) act.clear();
        }}
      />
      <StateNote match={match} />
      <Reasons match={match} />
      <JudgeBar match={match} acts={acts} next={next} />
      <Comparison match={match} />
      <Links match={match} />
      <aside className="legend-strip" aria-label={t('keys.title')}>
        <Legend bindings={bindings} />
      </aside>
    </>
  );
}

function JudgeBar({
  match,
  acts,
  next,
}: {
  readonly match: MatchView;
  readonly acts: ReturnType<typeof useJudging>;
  readonly next: () => void;
}) {
  const { t, word } = useTexts();
  const { mayJudge, mayDefer, mayUndo } = openSteps(match);
  const isBusy = Object.values(acts).some((act) => act.isBusy);
  const answer = (keyName: string, given: Answer) => (
    <Button
      look={given === 'same' ? 'main' : 'plain'}
      keyName={keyName}
      isDisabled={isBusy}
      onPress={() => acts.judge.run(given)}
    >
      {word('answer', given)}
    </Button>
  );
  return (
    <div className="judge-bar" role="toolbar" aria-label={t('match.actions')}>
      {mayJudge ? answer('s', 'same') : null}
      {mayJudge ? answer('d', 'different') : null}
      {mayDefer ? answer('u', 'unsure') : null}
      {match.mayConfirm ? (
        <>
          <Button
            look="main"
            keyName="c"
            isDisabled={isBusy}
            onPress={() => acts.confirm.run(null)}
          >
            {t('match.confirmAnswer', { answer: match.answer ?? 'same' })}
          </Button>
          <Button isDisabled={isBusy} onPress={() => acts.giveBack.run(null)}>
            {t('match.return')}
          </Button>
        </>
      ) : null}
      {mayUndo ? (
        <Button keyName="z" isDisabled={isBusy} onPress={() => acts.undo.run(match.version)}>
          {t('match.undo')}
        </Button>
      ) : null}
      <Button look="quiet" keyName="n" onPress={next}>
        {t('match.next')}
      </Button>
    </div>
  );
}

function StateNote({ match }: { readonly match: MatchView }) {
  const { t, word } = useTexts();
  const answer = match.answer ? word('answer', match.answer) : '';
  if (match.state === 'awaiting_second') {
    return (
      <Note tone="warm">
        {t(
          match.judgedByMe
            ? 'match.waitsForOther'
            : match.mayConfirm
              ? 'match.waitsForYou'
              : 'match.waits',
          {
            answer,
          },
        )}
      </Note>
    );
  }
  if (match.state === 'confirmed' || match.state === 'rejected') {
    return (
      <Note tone="good">
        <p>{t(match.state === 'confirmed' ? 'match.isConfirmed' : 'match.isRejected')}</p>
        <p>
          <Link to={paths.person(match.left.personId)}>{t('match.openPerson')}</Link>
        </p>
      </Note>
    );
  }
  return null;
}

/** The next match in the queue from which the person came. */
function useNext(matchId: string): () => void {
  const { t } = useTexts();
  const client = useQueryClient();
  const navigate = useNavigate();
  const say = useSaying();
  const [search] = useSearchParams();
  const queue = readChoice(search.get('queue'), matchQueues);
  const passed = usePassed(matchId);
  return () => {
    void client
      .fetchQuery({ ...asked.matches(queue, null), staleTime: 0 })
      .then((page: Page<MatchRow>) => {
        const following = page.rows.find((row) => !passed.has(row.matchId));
        if (following) navigate(paths.match(following.matchId, queue));
        else {
          passed.clear();
          say({ words: t('match.noNext') });
          navigate(paths.matches(queue));
        }
      });
  };
}

// Kept while the page is open: skipped matches should not return at once.
const passedOver = new Set<string>();

function usePassed(matchId: string): Set<string> {
  useEffect(() => {
    passedOver.add(matchId);
  }, [matchId]);
  return passedOver;
}
