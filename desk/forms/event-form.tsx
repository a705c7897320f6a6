import { useState } from 'react';
import { useAct } from '../api/act.ts';
import { send } from '../api/client.ts';
import type { PersonView } from '../api/shapes.ts';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choice, TextBox, useOptions } from '../ui/field.tsx';
import { useSaying } from '../ui/saying.tsx';
import { RefusalNote } from './refusal.tsx';

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

/** Records that something happened, as one of the person's records tells it. */
export function EventForm({
  person,
  onDone,
}: {
  readonly person: PersonView;
  readonly onDone: () => void;
}) {
  const { t, word } = useTexts();
  const records = person.records.filter((record) => !record.superseded);
  const [recordId, setRecordId] = useState(records[0]?.recordId ?? '');
  const [kind, setKind] = useState<string>('seen');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [grade, setGrade] = useState('C3');
  const act = useRecording(recordId, onDone);
  const submit = () =>
    act.run({
      kind,
      grade,
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
      <Choice
        label={t('event.source')}
        value={recordId}
        onChange={setRecordId}
        options={records.map((record) => ({
          value: record.recordId,
          label: [word('sourceKind', record.source?.kind ?? 'none'), record.source?.label]
            .filter(Boolean)
            .join(' · '),
        }))}
      />
      <Choice
        label={t('event.kind')}
        value={kind}
        onChange={setKind}
        options={useOptions('event', kinds)}
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
      <Button look="main" type="submit" isDisabled={act.isBusy || recordId === ''}>
        {t('event.send')}
      </Button>
    </form>
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

/** Who speaks, A to F, and what is said, 1 to 6, as one grade. */
export function GradeChoices({
  grade,
  onChange,
}: {
  readonly grade: string;
  readonly onChange: (grade: string) => void;
}) {
  const { t } = useTexts();
  const [speaker = 'C', content = '3'] = grade;
  return (
    <div className="grid">
      <Choice
        label={t('grade.speaker')}
        value={speaker}
        onChange={(chosen) => onChange(`${chosen}${content}`)}
        options={useOptions('speaker', speakers)}
      />
      <Choice
        label={t('grade.content')}
        value={content}
        onChange={(chosen) => onChange(`${speaker}${chosen}`)}
        options={useOptions('content', contents)}
      />
    </div>
  );
}
