import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { asked } from '../api/asked.ts';
import type { Judgement, PersonView, SourceFacts } from '../api/shapes.ts';
import { WithdrawForm } from '../forms/reason-form.tsx';
import { Answered } from '../forms/refusal.tsx';
import { paths } from '../paths.ts';
import { useTexts } from '../texts.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Described } from '../ui/described.tsx';
import { TextBox } from '../ui/field.tsx';
import { useGradeWords } from '../ui/grade.ts';
import { Badge, Between, Day, Empty, Moment, Note, PageHead, Panel } from '../ui/parts.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { StandingView } from '../ui/standing.tsx';
import { EventForm } from './event-form.tsx';

/** Everything known of one person, as of a day. */
export function PersonPage() {
  const { t, day } = useTexts();
  const { personId = '' } = useParams();
  const [search, setSearch] = useSearchParams();
  const asOf = /^\d{4}-\d{2}-\d{2}$/.exec(search.get('asOf') ?? '')?.[0] ?? null;
  const question = useQuery(asked.person(personId, asOf, search.get('enquiry')));
  const chooseDay = (on: string) => {
    const next = new URLSearchParams(search);
    if (on) next.set('asOf', on);
    else next.delete('asOf');
    setSearch(next, { replace: true });
  };
  const [first] = question.data?.names ?? [];
  return (
    <>
      <PageHead
        title={first ? <bdi className="raw">{first.full}</bdi> : t('person.title')}
        windowTitle={t('person.title')}
        lead={
          question.data && question.data.names.length > 1 ? (
            <OtherNames person={question.data} />
          ) : null
        }
      />
      <div className="row as-of">
        <TextBox label={t('person.asOf')} type="date" value={asOf ?? ''} onChange={chooseDay} />
        {asOf ? (
          <>
            <Note tone="warm">{t('person.asOfNote', { on: day(asOf) })}</Note>
            <Button onPress={() => chooseDay('')}>{t('person.now')}</Button>
          </>
        ) : null}
      </div>
      <Answered question={question}>
        {(person) => (
          <Known person={person} isPast={asOf !== null} enquiryId={search.get('enquiry')} />
        )}
      </Answered>
    </>
  );
}

function OtherNames({ person }: { readonly person: PersonView }) {
  const { t } = useTexts();
  return (
    <>
      {t('person.alsoWritten')}{' '}
      {person.names.slice(1).map((name, at) => (
        <span key={name.full}>
          {at > 0 ? ' · ' : ''}
          <bdi className="raw">{name.full}</bdi>
        </span>
      ))}
    </>
  );
}

function Known({
  person,
  isPast,
  enquiryId,
}: {
  readonly person: PersonView;
  readonly isPast: boolean;
  readonly enquiryId: string | null;
}) {
  const { t } = useTexts();
  const [isRecording, setRecording] = useState(false);
  return (
    <>
      {person.conflicts.length > 0 ? (
        <Note tone="bad">{t('person.conflict', { count: person.conflicts.length })}</Note>
      ) : null}
      {person.joinedSince > 0 ? (
        <Note>{t('person.joinedSince', { count: person.joinedSince })}</Note>
      ) : null}
      {person.partedSince > 0 ? (
        <Note tone="warm">{t('person.partedSince', { count: person.partedSince })}</Note>
      ) : null}
      <Panel title={t('standing.title')}>
        <StandingView standing={person.standing} isLinked />
      </Panel>
      <Panel
        title={t('timeline.title')}
        aside={isPast ? null : <Button onPress={() => setRecording(true)}>{t('event.add')}</Button>}
      >
        <Timeline person={person} />
      </Panel>
      <Records person={person} isPast={isPast} enquiryId={enquiryId} />
      <div className="two">
        <Judgements person={person} />
        <Enquiries person={person} />
      </div>
      <Looks person={person} />
      <Sheet isOpen={isRecording} onClose={() => setRecording(false)} titleKey="event.add">
        <EventForm person={person} onDone={() => setRecording(false)} />
      </Sheet>
    </>
  );
}

function Timeline({ person }: { readonly person: PersonView }) {
  const { t, word } = useTexts();
  const gradeWords = useGradeWords();
  if (person.events.length === 0) return <Empty>{t('timeline.empty')}</Empty>;
  const shown = new Set(person.records.map(({ recordId }) => recordId));
  const events = [...person.events].sort((one, other) =>
    (other.occurredFrom ?? other.knownAt).localeCompare(one.occurredFrom ?? one.knownAt),
  );
  return (
    <ol className="timeline">
      {events.map((event) => (
        <li key={event.eventId}>
          <p>
            <strong>{word('event', event.kind)}</strong>{' '}
            {event.corrected ? <Badge tone="warm">{t('records.superseded')}</Badge> : null}{' '}
            <Between from={event.occurredFrom} to={event.occurredTo} />
          </p>
          <p className="hint">
            {t('event.known')} <Moment at={event.knownAt} /> ·{' '}
            {t('event.grade', { grade: gradeWords(event.grade) })}
            {shown.has(event.recordId) ? (
              <>
                {' '}
                · <a href={`#record-${event.recordId}`}>{t('event.source')}</a>
              </>
            ) : null}
          </p>
        </li>
      ))}
    </ol>
  );
}

function Records({
  person,
  isPast,
  enquiryId,
}: {
  readonly person: PersonView;
  readonly isPast: boolean;
  readonly enquiryId: string | null;
}) {
  const { t, word } = useTexts();
  return (
    <Panel title={t('records.title', { count: person.records.length })}>
      <div className="cards">
        {person.records.map((record) => (
          <article
            key={record.recordId}
            id={`record-${record.recordId}`}
            className="card"
            tabIndex={-1}
          >
            <h3>
              {word('sourceKind', record.source?.kind ?? 'none')}{' '}
              <Badge>{word('side', record.side)}</Badge>{' '}
              {record.superseded ? <Badge tone="warm">{t('records.superseded')}</Badge> : null}{' '}
              {record.takenBack ? <Badge tone="warm">{t('records.takenBack')}</Badge> : null}
            </h3>
            {record.source ? <SourceLine source={record.source} /> : null}
            {record.correction ? <WhyCorrected correction={record.correction} /> : null}
            <Described description={record.description} understood={record.understood} />
            {record.superseded || isPast ? null : (
              <p className="row screen">
                <ButtonLink to={paths.correction(person.personId, record.recordId, enquiryId)}>
                  {t('records.correct')}
                </ButtonLink>
              </p>
            )}
          </article>
        ))}
      </div>
    </Panel>
  );
}

function WhyCorrected({
  correction,
}: {
  readonly correction: NonNullable<PersonView['records'][number]['correction']>;
}) {
  const { t } = useTexts();
  return (
    <p className="why" dir="auto">
      {t('records.corrected', { reason: correction.reason })}
      {correction.by ? <bdi> · {correction.by}</bdi> : null}
    </p>
  );
}

function SourceLine({ source }: { readonly source: SourceFacts }) {
  const { t } = useTexts();
  const gradeWords = useGradeWords();
  return (
    <p className="hint">
      {source.label ? <bdi>{source.label} · </bdi> : null}
      {gradeWords(source.reliability)}
      {source.asOf ? (
        <>
          {' '}
          · {t('source.asOf')} <Day on={source.asOf} />
        </>
      ) : null}{' '}
      · {t('recordedAt')} <Moment at={source.recordedAt} />
    </p>
  );
}

function Judgements({ person }: { readonly person: PersonView }) {
  const { t, word } = useTexts();
  const [withdrawing, setWithdrawing] = useState<Judgement | null>(null);
  const hurt = new Set(
    person.conflicts.flatMap((conflict) => [conflict.different, ...conflict.same]),
  );
  return (
    <Panel title={t('judgements.title')}>
      {person.judgements.length === 0 ? <Empty>{t('judgements.empty')}</Empty> : null}
      <ul className="log">
        {person.judgements.map((judgement) => (
          <li key={judgement.judgementId}>
            <p>
              <strong>{word('answer', judgement.answer)}</strong>{' '}
              {hurt.has(judgement.judgementId) ? (
                <Badge tone="bad">{t('judgements.conflict')}</Badge>
              ) : null}{' '}
              {judgement.withdrawnAt ? <Badge>{t('withdrawn')}</Badge> : null}
            </p>
            <p className="hint">
              <Moment at={judgement.judgedAt} /> ·{' '}
              {t('judgements.by', {
                first: judgement.by ?? '—',
                second: judgement.confirmedBy ?? '—',
              })}
            </p>
            <p className="row">
              <a href={`#record-${judgement.leftRecordId}`}>{t('judgements.left')}</a>
              <a href={`#record-${judgement.rightRecordId}`}>{t('judgements.right')}</a>
              {judgement.withdrawnAt ? null : (
                <Button look="quiet" onPress={() => setWithdrawing(judgement)}>
                  {t('judgements.withdraw')}
                </Button>
              )}
            </p>
          </li>
        ))}
      </ul>
      <Sheet
        isOpen={withdrawing !== null}
        onClose={() => setWithdrawing(null)}
        titleKey="judgements.withdraw"
      >
        {withdrawing ? (
          <WithdrawForm judgement={withdrawing} onDone={() => setWithdrawing(null)} />
        ) : null}
      </Sheet>
    </Panel>
  );
}

function Enquiries({ person }: { readonly person: PersonView }) {
  const { t, word } = useTexts();
  return (
    <Panel title={t('person.enquiries')}>
      {person.enquiries.length === 0 ? <Empty>{t('person.noEnquiries')}</Empty> : null}
      <ul className="log">
        {person.enquiries.map((enquiry) => (
          <li key={enquiry.enquiryId}>
            <Link to={paths.enquiry(enquiry.enquiryId)}>
              {t('person.enquiryOf')} <Moment at={enquiry.filedAt} />
            </Link>{' '}
            <Badge>{word('enquiryState', enquiry.state)}</Badge>{' '}
            {enquiry.kinship ? word('kinship', enquiry.kinship) : null}{' '}
            {enquiry.isPrimary ? <Badge tone="good">{t('kin.primary')}</Badge> : null}{' '}
            {enquiry.isDisputed ? <Badge tone="bad">{t('kin.dispute')}</Badge> : null}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Looks({ person }: { readonly person: PersonView }) {
  const { t, word } = useTexts();
  return (
    <Panel title={t('looks.title')}>
      <p className="hint">{t('looks.hint')}</p>
      {person.looks.length === 0 ? <Empty>{t('looks.empty')}</Empty> : null}
      <ul className="log tight">
        {person.looks.map((look, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two looks may fall into one moment.
          <li key={`${look.at}-${at}`}>
            <Moment at={look.at} /> · <bdi>{look.by}</bdi> · {word('action', look.action)} ·{' '}
            {word('purpose', look.purpose)}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
