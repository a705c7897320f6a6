import { useState } from 'react';
import { useAct } from '../api/act.ts';
import { send } from '../api/client.ts';
import { localNow, toInstant } from '../forms/moments.ts';
import { RefusalNote } from '../forms/refusal.tsx';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choice, TextBox, useOptions } from '../ui/field.tsx';
import { useSaying } from '../ui/saying.tsx';

const kinds = ['telephone', 'letter', 'visit'] as const;
const outcomes = ['reached', 'not_reached', 'call_again', 'sent'] as const;

/** A line in the contact log: the person contacted, the time and the outcome. */
export function ContactForm({
  enquiryId,
  onDone,
}: {
  readonly enquiryId: string;
  readonly onDone: () => void;
}) {
  const { t } = useTexts();
  const say = useSaying();
  const [kind, setKind] = useState<string>('telephone');
  const [outcome, setOutcome] = useState('');
  const [at, setAt] = useState(localNow);
  const [note, setNote] = useState('');
  const act = useAct(
    (body: Readonly<Record<string, string>>, commandId) =>
      send(
        `/api/enquiries/${enquiryId}/contact`,
        { ...body, commandId },
        { purpose: { kind: 'verification', enquiryId } },
      ),
    () => {
      say({ words: t('contact.done') });
      onDone();
    },
  );
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        act.run({ kind, outcome, note: note.trim(), occurredAt: toInstant(at) });
      }}
    >
      <RefusalNote refusal={act.refusal} onReload={act.clear} />
      <div className="grid">
        <Choice
          label={t('contact.kind')}
          value={kind}
          onChange={setKind}
          options={useOptions('contact', kinds)}
        />
        <Choice
          label={t('contact.outcome')}
          value={outcome}
          onChange={setOutcome}
          options={useOptions('contactOutcome', outcomes, 'choose')}
          isRequired
        />
      </div>
      <TextBox
        label={t('contact.at')}
        type="datetime-local"
        value={at}
        onChange={setAt}
        isRequired
      />
      <TextBox
        label={t('contact.note')}
        hint={t('contact.noteHint')}
        value={note}
        onChange={setNote}
        lines={4}
      />
      <Button look="main" type="submit" isDisabled={act.isBusy || at === '' || outcome === ''}>
        {t('contact.send')}
      </Button>
    </form>
  );
}
