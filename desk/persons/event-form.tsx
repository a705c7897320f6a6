import { useState } from 'react';
import { useAct } from '../api/act.ts';
import { send } from '../api/client.ts';
import type { PersonView } from '../api/shapes.ts';
import { RefusalNote } from '../forms/refusal.tsx';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choice, type Option, TextBox, useOptions } from '../ui/field.tsx';
import { useSaying } from '../ui/saying.tsx';

const kinds = [
  'captured',
  'reported_held',
  'seen',
  'witnessed',
  'listed',
  'notified',
  'confirmed',
  'visited',
  'released',
  'exchanged',
  'escaped',
  'repatriated',
  'proof_of_life',
  'reported_dead',
  'confirmed_dead',
  'identified',
] as const;
const speakers = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
const contents = ['1', '2', '3', '4', '5', '6'] as const;

/** Records that something happened, as one of the person's records says. */
export function EventForm({
  person,
  onDone,
}: {
  readonly person: PersonView;
  readonly onDone: () => void;
}) {
  const { t } = useTexts();
  const records = person.records.filter((record) => !record.superseded);
  // With a single source there is nothing to choose; a person judges everything else.
  const [recordId, setRecordId] = useState(
    records.length === 1 ? (records[0]?.recordId ?? '') : '',
  );
  const [kind, setKind] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [grade, setGrade] = useState(notGraded);
  const act = useRecording(recordId, onDone);
  const isWhole = recordId && kind && isGraded(grade);
  const submit = () =>
    act.run({
      kind,
      grade: `${grade.speaker}${grade.content}`,
      ...(from ? { occurredFrom: from } : {}),
      ...(from || to ? { occurredTo: to || from } : {}),
    });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <RefusalNote refusal={act.refusal} onReload={act.clear} />
      <SourceChoice records={records} recordId={recordId} onChoose={setRecordId} />
      <Choice
        label={t('event.kind')}
        value={kind}
        onChange={setKind}
        options={useOptions('event', kinds, 'choose')}
        isRequired
      />
      <div className="grid">
        <TextBox label={t('event.from')} type="date" value={from} onChange={setFrom} />
        <TextBox
          label={t('event.to')}
          hint={t('event.toHint')}
          type="date"
          value={to}
          onChange={setTo}
        />
      </div>
      <GradeChoices grade={grade} onChange={setGrade} />
      <Button look="main" type="submit" isDisabled={act.isBusy || !isWhole}>
        {t('event.send')}
      </Button>
    </form>
  );
}

function SourceChoice({
  records,
  recordId,
  onChoose,
}: {
  readonly records: PersonView['records'];
  readonly recordId: string;
  readonly onChoose: (recordId: string) => void;
}) {
  const { t, word } = useTexts();
  const options = records.map((record) => ({
    value: record.recordId,
    label: [word('sourceKind', record.source?.kind ?? 'none'), record.source?.label]
      .filter(Boolean)
      .join(' · '),
  }));
  return (
    <Choice
      label={t('event.source')}
      value={recordId}
      onChange={onChoose}
      options={records.length === 1 ? options : [{ value: '', label: t('choose') }, ...options]}
      isRequired
    />
  );
}

function useRecording(recordId: string, onDone: () => void) {
  const { t } = useTexts();
  const say = useSaying();
  return useAct(
    (body: Readonly<Record<string, string>>, commandId) =>
      send(
        `/api/records/${recordId}/events`,
        { ...body, commandId },
        { purpose: { kind: 'tracing' } },
      ),
    () => {
      say({ words: t('event.done') });
      onDone();
    },
  );
}

/** A grade being entered: empty until a person has judged. */
export interface GradeDraft {
  readonly speaker: string;
  readonly content: string;
}
export const notGraded: GradeDraft = { speaker: '', content: '' };
export const isGraded = ({ speaker, content }: GradeDraft) => speaker !== '' && content !== '';

/** Reliability of the source, A to F, and credibility of the statement, 1 to 6. */
export function GradeChoices({
  grade,
  onChange,
}: {
  readonly grade: GradeDraft;
  readonly onChange: (grade: GradeDraft) => void;
}) {
  const { t } = useTexts();
  // Each with its sign: the words alone do not show that A comes before B.
  const signed = (options: readonly Option[]) =>
    options.map(({ value, label }) => ({ value, label: value ? `${value} · ${label}` : label }));
  return (
    <div className="grid">
      <Choice
        label={t('grade.speaker')}
        value={grade.speaker}
        onChange={(speaker) => onChange({ ...grade, speaker })}
        options={signed(useOptions('speaker', speakers, 'choose'))}
        isRequired
      />
      <Choice
        label={t('grade.content')}
        value={grade.content}
        onChange={(content) => onChange({ ...grade, content })}
        options={signed(useOptions('content', contents, 'choose'))}
        isRequired
      />
    </div>
  );
}
