import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { useAct } from '../api/act.ts';
import { asked } from '../api/asked.ts';
import { send } from '../api/client.ts';
import type { Answer, MatchAnswer, MatchRow, MatchView, Page } from '../api/shapes.ts';
import { Answered, RefusalNote } from '../forms/refusal.tsx';
import { matchQueues, paths, readChoice } from '../paths.ts';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { TextBox } from '../ui/field.tsx';
import { type KeyBinding, Legend, useKeys } from '../ui/keys.tsx';
import { Badge, Note, PageHead } from '../ui/parts.tsx';
import { useSaying } from '../ui/saying.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Comparison, Links, Reasons } from './match-parts.tsx';
import { BandBadge } from './matches.tsx';

/** Two records side by side; a person says whether they speak of one human being. */
export default function MatchPage() {
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

/** What a person can do with a match, each act with its key. */
function useJudging(match: MatchView) {
  const { t, word } = useTexts();
  const say = useSaying();
  const path = `/api/matches/${match.matchId}`;
  const sending = { version: match.version, purpose: { kind: 'tracing' as const } };
  const undo = useAct(
    (version: number, commandId) =>
      send<MatchAnswer>(`${path}/undo`, { commandId }, { ...sending, version }),
    () => say({ words: t('match.undone') }),
  );
  const judge = useAct(
    (answer: Answer, commandId) =>
      send<MatchAnswer>(`${path}/judge`, { answer, commandId }, sending),
    (done, answer) =>
      say({
        words: t('match.judged', { answer: word('answer', answer) }),
        undo: () => undo.run(done.version),
      }),
  );
  const confirm = useAct(
    (_: null, commandId) => send<MatchAnswer>(`${path}/confirm`, { commandId }, sending),
    () => say({ words: t('match.confirmed') }),
  );
  const giveBack = useAct(
    (reason: string, commandId) =>
      send<MatchAnswer>(`${path}/return`, { reason, commandId }, sending),
    () => say({ words: t('match.returned') }),
  );
  return { undo, judge, confirm, giveBack };
}

function Judging({ match }: { readonly match: MatchView }) {
  const { t, word, percent } = useTexts();
  const acts = useJudging(match);
  const next = useNext(match.matchId);
  const [isGivingBack, setGivingBack] = useState(false);
  const mayJudge =
    match.state === 'proposed' || match.state === 'unsure' || match.state === 'returned';
  const mayUndo =
    match.judgedByMe && (match.state === 'awaiting_second' || match.state === 'unsure');
  const answer = (keys: string, given: Answer) => ({
    keys,
    label: word('answer', given),
    run: () => acts.judge.run(given),
  });
  const bindings: readonly KeyBinding[] = [
    ...(mayJudge ? [answer('s', 'same'), answer('d', 'different'), answer('u', 'unsure')] : []),
    ...(match.mayConfirm
      ? [{ keys: 'c', label: t('match.confirm'), run: () => acts.confirm.run(null) }]
      : []),
    ...(mayUndo
      ? [{ keys: 'z', label: t('match.undo'), run: () => acts.undo.run(match.version) }]
      : []),
    { keys: 'n', label: t('match.next'), run: next },
  ];
  const busy = [acts.judge, acts.confirm, acts.undo, acts.giveBack].some((act) => act.isBusy);
  useKeys(busy ? [] : bindings);
  const refusal = Object.values(acts).find((act) => act.refusal)?.refusal ?? null;
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
      {match.conflict ? <Note tone="bad">{t('match.conflict')}</Note> : null}
      <RefusalNote
        refusal={refusal}
        onReload={() => {
          for (const act of Object.values(acts)) act.clear();
        }}
      />
      <StateNote match={match} />
      <Reasons match={match} />
      <div className="judge-bar" role="toolbar" aria-label={t('match.actions')}>
        {mayJudge ? (
          <>
            <Button
              look="main"
              keyName="s"
              isDisabled={busy}
              onPress={() => acts.judge.run('same')}
            >
              {word('answer', 'same')}
            </Button>
            <Button keyName="d" isDisabled={busy} onPress={() => acts.judge.run('different')}>
              {word('answer', 'different')}
            </Button>
            <Button keyName="u" isDisabled={busy} onPress={() => acts.judge.run('unsure')}>
              {word('answer', 'unsure')}
            </Button>
          </>
        ) : null}
        {match.mayConfirm ? (
          <>
            <Button
              look="main"
              keyName="c"
              isDisabled={busy}
              onPress={() => acts.confirm.run(null)}
            >
              {t('match.confirmAnswer', { answer: match.answer ?? 'same' })}
            </Button>
            <Button isDisabled={busy} onPress={() => setGivingBack(true)}>
              {t('match.return')}
            </Button>
          </>
        ) : null}
        {mayUndo ? (
          <Button keyName="z" isDisabled={busy} onPress={() => acts.undo.run(match.version)}>
            {t('match.undo')}
          </Button>
        ) : null}
        <Button look="quiet" keyName="n" onPress={next}>
          {t('match.next')}
        </Button>
      </div>
      <Comparison match={match} />
      <Links match={match} />
      <aside className="legend-strip" aria-label={t('keys.title')}>
        <Legend bindings={bindings} />
      </aside>
      <Sheet isOpen={isGivingBack} onClose={() => setGivingBack(false)} titleKey="match.return">
        <GiveBack
          onSend={(reason) => {
            setGivingBack(false);
            acts.giveBack.run(reason);
          }}
        />
      </Sheet>
    </>
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

function GiveBack({ onSend }: { readonly onSend: (reason: string) => void }) {
  const { t } = useTexts();
  const [reason, setReason] = useState('');
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(reason.trim());
      }}
    >
      <TextBox
        label={t('match.returnReason')}
        value={reason}
        onChange={setReason}
        lines={3}
        isRequired
      />
      <Button look="main" type="submit" isDisabled={reason.trim() === ''}>
        {t('match.returnSend')}
      </Button>
    </form>
  );
}

/** The match after this one in the queue that one came from. */
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

// Kept for as long as the page lives: those that "next" passed over should not come again at once.
const passedOver = new Set<string>();

function usePassed(matchId: string): Set<string> {
  useEffect(() => {
    passedOver.add(matchId);
  }, [matchId]);
  return passedOver;
}
