import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../api/act.ts';
import { asked } from '../api/asked.ts';
import { send } from '../api/client.ts';
import type { AuditPage, AuditVerdict } from '../api/work-shapes.ts';
import { Answered, RefusalNote } from '../forms/refusal.tsx';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choice, useOptions } from '../ui/field.tsx';
import { Badge, Empty, Facts, Moment, More, Note, PageHead, Panel } from '../ui/parts.tsx';
import { Table } from '../ui/table.tsx';

/** The audit log: who did and read what, with a check that it was not changed. */
export function LogPage() {
  const { t } = useTexts();
  const [action, setAction] = useState('');
  const [after, setAfter] = useState<string | null>(null);
  const question = useQuery(asked.audit(action, after));
  return (
    <>
      <PageHead title={t('audit.title')} windowTitle={t('audit.title')} lead={t('audit.lead')} />
      <Answered question={question}>
        {(page) => (
          <>
            <Checkpoint page={page} />
            <ActionChoice
              action={action}
              onChoose={(chosen) => {
                setAfter(null);
                setAction(chosen);
              }}
            />
            <Entries page={page} />
            <More
              nextAfter={page.nextAfter}
              isFirst={after === null}
              onNext={setAfter}
              onFirst={() => setAfter(null)}
            />
          </>
        )}
      </Answered>
    </>
  );
}

const actions = [
  'person.read',
  'person.search',
  'record.correct',
  'event.record',
  'match.read',
  'match.judge',
  'match.confirm',
  'match.return',
  'judgement.withdraw',
  'enquiry.read',
  'enquiry.check',
  'enquiry.close',
  'enquiry.read_paper',
  'contact.record',
  'kin.choose_primary',
  'kin.withdraw_primary',
  'kin.open_dispute',
  'kin.close_dispute',
  'notice.compose',
  'notice.approve',
  'notice.tell',
  'source.bring',
  'import.decide',
  'queue.read',
  'audit.read',
  'session.open',
] as const;

function ActionChoice({
  action,
  onChoose,
}: {
  readonly action: string;
  readonly onChoose: (action: string) => void;
}) {
  const { t } = useTexts();
  return (
    <Choice
      label={t('audit.filter')}
      value={action}
      onChange={onChoose}
      options={useOptions('action', actions, 'audit.filterHint')}
    />
  );
}

function Checkpoint({ page }: { readonly page: AuditPage }) {
  const { t, number } = useTexts();
  const [verdict, setVerdict] = useState<AuditVerdict | null>(null);
  const act = useAct(
    (_: null, commandId) =>
      send<AuditVerdict>('/api/audit/verify', { commandId }, { purpose: { kind: 'audit' } }),
    setVerdict,
  );
  const { checkpoint } = page;
  return (
    <Panel
      title={t('audit.checkpoint')}
      aside={
        <Button look="main" isDisabled={act.isBusy} onPress={() => act.run(null)}>
          {t(act.isBusy ? 'audit.verifying' : 'audit.verify')}
        </Button>
      }
    >
      {checkpoint ? (
        <Facts
          facts={[
            [t('audit.size'), number(checkpoint.size)],
            [t('audit.signedAt'), <Moment key="s" at={checkpoint.signedAt} />],
            [
              t('audit.root'),
              <code key="r" className="hash" dir="ltr">
                {checkpoint.rootHash}
              </code>,
            ],
          ]}
        />
      ) : (
        <Empty>{t('audit.noCheckpoint')}</Empty>
      )}
      {page.witness === 'none' ? <Note tone="warm">{t('audit.noWitness')}</Note> : null}
      <RefusalNote refusal={act.refusal} />
      <div aria-live="polite">
        {verdict ? (
          <Note tone={verdict.ok ? 'good' : 'bad'}>
            {verdict.ok
              ? t('audit.good', { count: verdict.size })
              : t('audit.bad', { index: verdict.firstBad ?? 0 })}
          </Note>
        ) : null}
      </div>
    </Panel>
  );
}

function Entries({ page }: { readonly page: AuditPage }) {
  const { t, word, number } = useTexts();
  if (page.rows.length === 0) return <Empty>{t('audit.empty')}</Empty>;
  return (
    <Table
      caption={t('audit.title')}
      rows={page.rows.map((row, at) => ({ ...row, at, moment: row.at }))}
      keyOf={(row) => `${row.moment}-${row.at}`}
      columns={[
        { key: 'at', head: t('audit.at'), isHead: true, cell: (row) => <Moment at={row.moment} /> },
        {
          key: 'actor',
          head: t('audit.actor'),
          cell: (row) => (
            <bdi>{/^[a-z]+$/.test(row.actor) ? word('actor', row.actor) : row.actor}</bdi>
          ),
        },
        { key: 'action', head: t('audit.action'), cell: (row) => word('action', row.action) },
        { key: 'purpose', head: t('audit.purpose'), cell: (row) => word('purpose', row.purpose) },
        {
          key: 'outcome',
          head: t('audit.outcome'),
          cell: (row) => (
            <Badge
              tone={row.outcome === 'done' ? 'calm' : row.outcome === 'refused' ? 'warm' : 'bad'}
            >
              {word('auditOutcome', row.outcome)}
            </Badge>
          ),
        },
        {
          key: 'place',
          head: t('audit.place'),
          isNumber: true,
          cell: (row) =>
            row.placedIndex === null ? t('audit.notPlaced') : number(row.placedIndex),
        },
      ]}
    />
  );
}
