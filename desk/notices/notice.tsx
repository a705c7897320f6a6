import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { useAct } from '../api/act.ts';
import { asked } from '../api/asked.ts';
import { send } from '../api/client.ts';
import type { Notice } from '../api/work-shapes.ts';
import { KinWarning } from '../enquiries/kin-warning.tsx';
import { Answered, RefusalNote } from '../forms/refusal.tsx';
import { paths } from '../paths.ts';
import { hasRole, useSession } from '../session.ts';
import { type TextKey, useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { useKeys } from '../ui/keys.tsx';
import { Badge, Facts, Moment, Note, PageHead } from '../ui/parts.tsx';
import { useSaying } from '../ui/saying.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { TellForm } from './tell-form.tsx';

/** One notice: for the second person, and for the person who telephones. */
export function NoticePage() {
  const { t } = useTexts();
  const { noticeId = '' } = useParams();
  const question = useQuery(asked.notice(noticeId));
  return (
    <>
      <PageHead key={noticeId} title={t('notice.title')} windowTitle={t('notice.title')} />
      <Answered question={question}>
        {(notice) => (
          <>
            {notice.enquiryId && waits.includes(notice.state) ? (
              <KinWarning enquiryId={notice.enquiryId} />
            ) : null}
            <NoticeCard notice={notice} isAlone />
            {notice.enquiryId ? (
              <p>
                <Link to={paths.enquiry(notice.enquiryId)}>{t('notice.toEnquiry')}</Link>
              </p>
            ) : null}
          </>
        )}
      </Answered>
    </>
  );
}

/** No relative was told yet, so the order can still be considered. */
const waits: readonly Notice['state'][] = ['draft', 'awaiting_approval', 'approved'];

type Step = 'submit' | 'approve' | 'refuse' | 'withdraw';
const said: Readonly<Record<Step, TextKey>> = {
  submit: 'notice.submitted',
  approve: 'notice.approved',
  refuse: 'notice.refused',
  withdraw: 'notice.withdrawn',
};

function useNoticeActs(notice: Notice) {
  const { t } = useTexts();
  const say = useSaying();
  const path = `/api/notices/${notice.noticeId}`;
  const sending = {
    version: notice.version,
    purpose: { kind: 'notice' as const, enquiryId: notice.enquiryId },
  };
  const step = useAct(
    (which: Step, commandId) => send(`${path}/${which}`, { commandId }, sending),
    (_, which) => say({ words: t(said[which]) }),
  );
  return { step };
}

/** A notice with the possible commands. */
export function NoticeCard({
  notice,
  isAlone = false,
}: {
  readonly notice: Notice;
  readonly isAlone?: boolean;
}) {
  const { t, word } = useTexts();
  const acts = useNoticeActs(notice);
  return (
    <article className={`card notice ${notice.state}`}>
      <p className="row">
        <Badge
          tone={notice.state === 'told' ? 'good' : notice.state === 'refused' ? 'bad' : 'warm'}
        >
          {word('noticeState', notice.state)}
        </Badge>
        {notice.grave ? <Badge tone="bad">{t('notice.grave')}</Badge> : null}
      </p>
      <p className="raw lines" dir="auto">
        {notice.text}
      </p>
      <Facts
        facts={[
          [t('notice.cleared'), notice.cleared.map((fact) => word('cleared', fact)).join('; ')],
          [t('notice.step'), word('ladder', String(notice.ladderStep))],
          [t('notice.by'), <ByAt key="c" by={notice.composedBy} at={notice.composedAt} />],
          [
            t('notice.approvedBy'),
            notice.approvedAt ? (
              <ByAt key="a" by={notice.approvedBy ?? null} at={notice.approvedAt} />
            ) : null,
          ],
        ]}
      />
      {notice.toldAt ? (
        <Note tone="good">
          {t('notice.toldLine', { how: notice.toldHow ?? 'telephone', by: notice.toldBy ?? '—' })}{' '}
          <Moment at={notice.toldAt} />
        </Note>
      ) : null}
      {notice.outOfTurn ? (
        <Note tone="warm">{t('turn.line', { reason: word('outOfTurn', notice.outOfTurn) })}</Note>
      ) : null}
      {notice.refusedReason ? <Note tone="warm">{notice.refusedReason}</Note> : null}
      <RefusalNote refusal={acts.step.refusal} onReload={acts.step.clear} />
      <NoticeActs notice={notice} acts={acts} isAlone={isAlone} />
    </article>
  );
}

function ByAt({ by, at }: { readonly by: string | null; readonly at: string }) {
  return (
    <>
      <bdi>{by ?? '—'}</bdi>, <Moment at={at} />
    </>
  );
}

function NoticeActs({
  notice,
  acts,
  isAlone,
}: {
  readonly notice: Notice;
  readonly acts: ReturnType<typeof useNoticeActs>;
  readonly isAlone: boolean;
}) {
  const { t } = useTexts();
  const session = useSession();
  const [isTelling, setTelling] = useState(false);
  const { state } = notice;
  const mayApprove =
    state === 'awaiting_approval' && notice.mayApprove && hasRole(session, 'approver');
  useKeys(
    isAlone && mayApprove
      ? [{ keys: 'c', label: t('notice.approve'), run: () => acts.step.run('approve') }]
      : [],
  );
  const isBusy = acts.step.isBusy;
  return (
    <div className="row screen">
      {state === 'draft' ? (
        <Button look="main" isDisabled={isBusy} onPress={() => acts.step.run('submit')}>
          {t('notice.submit')}
        </Button>
      ) : null}
      {mayApprove ? (
        <>
          <Button
            look="main"
            isDisabled={isBusy}
            onPress={() => acts.step.run('approve')}
            {...(isAlone ? { keyName: 'c' } : {})}
          >
            {t('notice.approve')}
          </Button>
          <Button isDisabled={isBusy} onPress={() => acts.step.run('refuse')}>
            {t('notice.refuse')}
          </Button>
        </>
      ) : null}
      {state === 'awaiting_approval' && !mayApprove ? (
        <p className="hint">{t('notice.waitsForOther')}</p>
      ) : null}
      {state === 'approved' ? (
        <Button look="main" isDisabled={isBusy} onPress={() => setTelling(true)}>
          {t('notice.tell')}
        </Button>
      ) : null}
      {state === 'draft' || state === 'awaiting_approval' || state === 'approved' ? (
        <Button look="quiet" isDisabled={isBusy} onPress={() => acts.step.run('withdraw')}>
          {t('notice.withdraw')}
        </Button>
      ) : null}
      <Sheet isOpen={isTelling} onClose={() => setTelling(false)} titleKey="notice.tell">
        <TellForm notice={notice} onDone={() => setTelling(false)} />
      </Sheet>
    </div>
  );
}
