import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { asked } from './api/asked.ts';
import type { QueueName } from './api/shapes.ts';
import { Answered } from './forms/refusal.tsx';
import { paths } from './paths.ts';
import { hasRole, useSession } from './session.ts';
import { useTexts } from './texts.ts';
import { ButtonLink } from './ui/button.tsx';
import { Empty, PageHead } from './ui/parts.tsx';

const queues: readonly { readonly name: QueueName; readonly to: string }[] = [
  { name: 'matches', to: paths.matches() },
  { name: 'awaitingSecond', to: paths.matches('awaiting_second') },
  { name: 'unmatchedCustody', to: paths.unmatched },
  { name: 'enquiriesToVerify', to: paths.enquiries('to_verify') },
  { name: 'threads', to: paths.enquiries('unread') },
  { name: 'contactsDue', to: paths.enquiries('contacts_due') },
  { name: 'noticesToApprove', to: paths.notices() },
  { name: 'noticesToTell', to: paths.notices('approved') },
  { name: 'alerts', to: paths.alerts },
];

/** Today's waiting work. */
export function HomePage() {
  const { t } = useTexts();
  const session = useSession();
  const mayWork = hasRole(session, 'caseworker', 'approver');
  return (
    <>
      <PageHead
        title={t('home.title')}
        windowTitle={t('home.title')}
        {...(mayWork ? { lead: t('home.lead') } : {})}
      >
        {mayWork ? (
          <>
            <ButtonLink to={paths.newImport}>{t('imports.new')}</ButtonLink>
            <ButtonLink to={paths.takeEnquiry}>{t('take.title')}</ButtonLink>
          </>
        ) : null}
      </PageHead>
      {mayWork ? (
        <Waiting />
      ) : (
        <p className="row">
          <ButtonLink to={paths.alerts}>{t('way.alerts')}</ButtonLink>
          {hasRole(session, 'auditor') ? (
            <ButtonLink to={paths.audit}>{t('way.audit')}</ButtonLink>
          ) : null}
        </p>
      )}
    </>
  );
}

function Waiting() {
  const { t, word, number } = useTexts();
  const question = useQuery(asked.queues());
  return (
    <Answered question={question}>
      {({ counts }) => (
        <>
          <ul className="queues">
            {queues.map(({ name, to }) => (
              <li key={name} className={counts[name] ? undefined : 'none'}>
                <Link to={to}>
                  <strong>{number(counts[name] ?? 0)}</strong>
                  <span>{word('queue', name)}</span>
                  <small>{word('queueHint', name)}</small>
                </Link>
              </li>
            ))}
          </ul>
          {queues.every(({ name }) => !counts[name]) ? <Empty>{t('home.empty')}</Empty> : null}
        </>
      )}
    </Answered>
  );
}
