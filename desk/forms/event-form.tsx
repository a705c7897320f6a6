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
export const speakers = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
export const contents = ['1', '2', '3', '4', '5', '6'] as const;

/** Records that something happened, as one of the person's records tells it. */
export function EventForm({
  person,
  onDone,
}: {
  readonly person: PersonView;
  readonly onDone: () => void;
}) {
  const { t, word } = useTexts();
  const say = useSaying();
  const records = person.records.filter((record) => !record.superseded);
  const [recordId, setRecordId] = useState(records[0]?.recordId ?? '');
  const [kind, setKind] = useState<string>('seen');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [speaker, setSpeaker] = useState('C');
  const [content, setContent] = useState('3');
  const act = useAct(
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
  const submit = () =>
    act.run({
      kind,
      grade: `${speaker}${content}`,
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
      <div className="grid">
        <Choice
          label={t('grade.speaker')}
          value={speaker}
          onChange={setSpeaker}
          options={useOptions('speaker', speakers)}
        />
        <Choice
          label={t('grade.content')}
          value={content}
          onChange={setContent}
          options={useOptions('content', contents)}
        />
      </div>
      <Button look="main" type="submit" isDisabled={act.isBusy || recordId === ''}>
        {t('event.send')}
      </Button>
    </form>
  );
}
