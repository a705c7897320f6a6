import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { asked } from '../api/asked.ts';
import type { Dispute, KinRow, KinView, PrimaryContact } from '../api/work-shapes.ts';
import { CloseDisputeForm, PrimaryForm } from '../forms/reason-form.tsx';
import { Answered, Unanswered } from '../forms/refusal.tsx';
import { BandBadge } from '../matches/matches.tsx';
import { paths } from '../paths.ts';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Badge, Empty, MaskedName, Moment, Note, Panel } from '../ui/parts.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { DisputeForm } from './dispute-form.tsx';
import { KinWarning } from './kin-warning.tsx';

/**
 * Who else asks about this person, who of them is told first, and their disputes. The desk knows
 * about them; they never learn of each other.
 */
export function Relatives({
  enquiryId,
  isEnded,
}: {
  readonly enquiryId: string;
  readonly isEnded: boolean;
}) {
  const { t } = useTexts();
  const question = useQuery(asked.kin(enquiryId));
  return (
    <Panel title={t('kin.title')}>
      <Answered question={question}>{(kin) => <Known kin={kin} isEnded={isEnded} />}</Answered>
    </Panel>
  );
}

type Doing = 'primary' | 'dispute' | { readonly closing: Dispute };

function Known({ kin, isEnded }: { readonly kin: KinView; readonly isEnded: boolean }) {
  const { t } = useTexts();
  const [doing, setDoing] = useState<Doing | null>(null);
  const stop = () => setDoing(null);
  const isPrimary = kin.primaries.some((each) => each.standing && each.enquiryId === kin.enquiryId);
  const closing = doing !== null && typeof doing === 'object' ? doing.closing : null;
  const title = closing
    ? 'dispute.close'
    : doing === 'dispute'
      ? 'dispute.open'
      : isPrimary
        ? 'primary.withdraw'
        : 'primary.choose';
  return (
    <>
      <p className="hint">{t('kin.lead')}</p>
      <Asking kin={kin} />
      {isEnded ? null : (
        <p className="row">
          <Button onPress={() => setDoing('primary')}>
            {t(isPrimary ? 'primary.withdraw' : 'primary.choose')}
          </Button>
          <Button onPress={() => setDoing('dispute')}>{t('dispute.open')}</Button>
        </p>
      )}
      <h3>{t('dispute.title')}</h3>
      <Disputes kin={kin} onClose={isEnded ? null : (closing) => setDoing({ closing })} />
      <Sheet isOpen={doing !== null} onClose={stop} titleKey={title}>
        {doing === 'primary' ? <PrimaryForm kin={kin} isPrimary={isPrimary} onDone={stop} /> : null}
        {doing === 'dispute' ? <DisputeForm kin={kin} onDone={stop} /> : null}
        {closing ? <CloseDisputeForm kin={kin} dispute={closing} onDone={stop} /> : null}
      </Sheet>
    </>
  );
}

function Asking({ kin }: { readonly kin: KinView }) {
  const { t, word } = useTexts();
  const standing = new Map(
    kin.primaries.flatMap((each) => (each.standing ? [[each.enquiryId, each] as const] : [])),
  );
  const past = kin.primaries.filter((each) => !each.standing);
  return (
    <>
      <ul className="log tight">
        {kin.relatives.map((each) => {
          const mark = standing.get(each.enquiryId);
          return (
            <li key={each.enquiryId}>
              <KinLink kin={each} isHere={each.enquiryId === kin.enquiryId} />{' '}
              {mark ? <Badge tone="good">{t('kin.primary')}</Badge> : null}
              {mark ? (
                <p className="hint">
                  {because(mark)} · <Moment at={mark.at} />
                </p>
              ) : null}
            </li>
          );
        })}
      </ul>
      {kin.relatives.length < 2 ? <p className="hint">{t('kin.alone')}</p> : null}
      {past.length > 0 ? (
        <details>
          <summary>{t('kin.history')}</summary>
          <ul className="log tight">
            {past.map((each) => (
              <li key={`${each.enquiryId}-${each.at}`}>
                {each.kinship ? word('kinship', each.kinship) : t('enquiry.someone')}:{' '}
                <Moment at={each.at} />
                {each.endedAt ? (
                  <>
                    {' – '}
                    <Moment at={each.endedAt} />
                  </>
                ) : null}
                <p className="hint">
                  {because(each)} ·{' '}
                  {each.ending ? word('primaryEnding', each.ending) : t('enquiry.closed')}
                  {each.endedBy ? <bdi> · {each.endedBy}</bdi> : null}
                </p>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </>
  );

  function because(each: PrimaryContact): string {
    return t('kin.because', { reason: word('primaryReason', each.reason), by: each.by ?? '—' });
  }
}

function Disputes({
  kin,
  onClose,
}: {
  readonly kin: KinView;
  readonly onClose: ((dispute: Dispute) => void) | null;
}) {
  const { t, word } = useTexts();
  if (kin.disputes.length === 0) return <Empty>{t('dispute.none')}</Empty>;
  return (
    <ul className="log">
      {kin.disputes.map((each) => (
        <li key={each.disputeId}>
          <Badge tone={each.closedAt ? 'calm' : 'bad'}>{word('disputeReason', each.reason)}</Badge>{' '}
          {each.between
            .map(({ kinship }) => (kinship ? word('kinship', kinship) : t('enquiry.someone')))
            .join(' · ')}
          <p className="hint">
            {t('dispute.since')} <Moment at={each.at} /> <bdi>{each.by ?? '—'}</bdi>
            {each.closedAt ? (
              <>
                {' · '}
                {t('dispute.until')} <Moment at={each.closedAt} /> <bdi>{each.closedBy ?? '—'}</bdi>
                : {word('disputeOutcome', each.outcome ?? 'agreed')}
              </>
            ) : null}
          </p>
          {each.note ? (
            <p className="lines" dir="auto">
              {each.note}
            </p>
          ) : null}
          {onClose && !each.closedAt ? (
            <Button look="quiet" onPress={() => onClose(each)}>
              {t('dispute.close')}
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

/** A notice at the top that other families ask too; details are in their panel. */
export function OthersNote({ enquiryId }: { readonly enquiryId: string }) {
  const { t } = useTexts();
  const count = (useQuery(asked.kin(enquiryId)).data?.relatives.length ?? 1) - 1;
  return (
    <>
      {count > 0 ? (
        <p className="hint">
          {t('enquiry.others', { count })} {t('enquiry.apart')}
        </p>
      ) : null}
      <KinWarning enquiryId={enquiryId} />
    </>
  );
}

function KinLink({ kin, isHere = false }: { readonly kin: KinRow; readonly isHere?: boolean }) {
  const { t, word } = useTexts();
  const words = (
    <>
      {kin.kinship ? word('kinship', kin.kinship) : t('enquiry.someone')} ·{' '}
      <Moment at={kin.filedAt} />
    </>
  );
  return (
    <>
      {isHere ? (
        <span>
          {words} ({t('kin.this')})
        </span>
      ) : (
        <Link to={paths.enquiry(kin.enquiryId)}>{words}</Link>
      )}{' '}
      <Badge>{word('enquiryState', kin.state)}</Badge>
    </>
  );
}

/**
 * Warns before opening that another family may ask about this person. Costs one search, which is
 * logged.
 */
export function Duplicates({ enquiryId }: { readonly enquiryId: string }) {
  const { t } = useTexts();
  const question = useQuery(asked.duplicates(enquiryId));
  if (question.error && !question.data) {
    return <Unanswered error={question.error} onRetry={() => void question.refetch()} />;
  }
  if (!question.data) return <p className="hint">{t('duplicates.looking')}</p>;
  const { rows } = question.data;
  if (rows.length === 0) return <p className="hint">{t('duplicates.none')}</p>;
  return (
    <Note tone="warm">
      <p className="strong">{t('duplicates.title')}</p>
      <ul className="log tight">
        {rows.map((row) => (
          <li key={row.enquiryId} className="row">
            <MaskedName initials={row.initials} birthYear={row.birthYear} />
            <BandBadge band={row.band} />
            <span>
              <KinLink kin={row} />
            </span>
          </li>
        ))}
      </ul>
      <p className="hint">{t('duplicates.hint')}</p>
    </Note>
  );
}
