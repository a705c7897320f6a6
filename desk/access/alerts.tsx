import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { useAct } from '../api/act.ts';
import { asked } from '../api/asked.ts';
import { send } from '../api/client.ts';
import type { Alert } from '../api/work-shapes.ts';
import { Answered, RefusalNote } from '../forms/refusal.tsx';
import { paths } from '../paths.ts';
import { hasRole, useSession } from '../session.ts';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Badge, Empty, Moment, More, PageHead } from '../ui/parts.tsx';

/** Alerts about a person; they link to the page of that person. */
const ofPersons: readonly string[] = [
  'conflict',
  'person_split',
  'record_changed',
  'enquiry_taken_back',
];

/** Alerts for the staff of this office. */
export function AlertsPage() {
  const { t } = useTexts();
  const [after, setAfter] = useState<string | null>(null);
  const question = useQuery(asked.alerts(after));
  return (
    <>
      <PageHead title={t('alerts.title')} windowTitle={t('alerts.title')} lead={t('alerts.lead')} />
      <Answered question={question}>
        {({ rows, nextAfter }) => (
          <>
            {rows.length === 0 ? (
              <Empty>{t('alerts.empty')}</Empty>
            ) : (
              <ul className="log">
                {rows.map((alert) => (
                  <AlertLine key={alert.alertId} alert={alert} />
                ))}
              </ul>
            )}
            <More
              nextAfter={nextAfter}
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

function AlertLine({ alert }: { readonly alert: Alert }) {
  const { t, word } = useTexts();
  const mayOpen = hasRole(useSession(), 'caseworker', 'approver');
  const act = useAct((alertId: string, commandId) =>
    send(`/api/alerts/${alertId}/seen`, { commandId }, { purpose: { kind: 'quality' } }),
  );
  return (
    <li className="row">
      <span>
        {alert.seenAt ? null : <Badge tone="warm">{t('alerts.new')}</Badge>}{' '}
        <strong>{word('alert', alert.kind)}</strong>{' '}
        <span className="hint">
          <Moment at={alert.raisedAt} />
          {alert.times > 1 ? (
            <>
              {' · '}
              {t('alerts.times', { count: alert.times })} <Moment at={alert.lastRaisedAt} />
            </>
          ) : null}
        </span>
      </span>
      {mayOpen && alert.objectId && ofPersons.includes(alert.kind) ? (
        <Link to={paths.person(alert.objectId)}>{t('alerts.open')}</Link>
      ) : null}
      <RefusalNote refusal={act.refusal} />
      {alert.seenAt ? (
        <span className="hint">{t('alerts.seen')}</span>
      ) : (
        <Button isDisabled={act.isBusy} onPress={() => act.run(alert.alertId)}>
          {t('alerts.markSeen')}
        </Button>
      )}
    </li>
  );
}
