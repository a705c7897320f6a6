import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../api/act.ts';
import { asked } from '../api/asked.ts';
import { send } from '../api/client.ts';
import type { EnquiryView } from '../api/work-shapes.ts';
import { isOtherFirst, KinWarning } from '../enquiries/kin-warning.tsx';
import { RefusalNote } from '../forms/refusal.tsx';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choice, TextBox, Tick, useOptions } from '../ui/field.tsx';
import { useSaying } from '../ui/saying.tsx';

const facts = [
  'custody_reported',
  'custody_listed',
  'custody_confirmed',
  'proof_of_life',
  'released',
  'grave_news',
  'search_goes_on',
  'needs_papers',
] as const;

const outOfTurn = [
  'primary_not_reached',
  'primary_agreed',
  'told_the_same_day',
  'danger_in_waiting',
] as const;

/**
 * Composes what a family may be told, from cleared facts only. Telling is another step, by a
 * person.
 */
export function NoticeForm({
  enquiry,
  onDone,
}: {
  readonly enquiry: EnquiryView;
  readonly onDone: () => void;
}) {
  const { t } = useTexts();
  const say = useSaying();
  const [cleared, setCleared] = useState<readonly string[]>([]);
  const [text, setText] = useState('');
  const [isGrave, setGrave] = useState(false);
  const [early, setEarly] = useState('');
  const { enquiryId } = enquiry;
  const act = useAct(
    (body: Readonly<Record<string, unknown>>, commandId) =>
      send(
        `/api/enquiries/${enquiryId}/notices`,
        { ...body, commandId },
        { purpose: { kind: 'notice', enquiryId } },
      ),
    () => {
      say({ words: t('notice.composed') });
      onDone();
    },
  );
  const turn = (fact: string, isChosen: boolean) => {
    setCleared(isChosen ? [...cleared, fact] : cleared.filter((each) => each !== fact));
    if (fact === 'grave_news' && isChosen) setGrave(true);
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        act.run({ cleared, text: text.trim(), grave: isGrave, outOfTurn: early || null });
      }}
    >
      <KinWarning enquiryId={enquiryId} />
      <p>{t('notice.composeText', { language: enquiry.language })}</p>
      <RefusalNote refusal={act.refusal} onReload={act.clear} />
      <Cleared cleared={cleared} onTurn={turn} />
      <TextBox
        label={t('notice.text')}
        hint={t('notice.textHint')}
        value={text}
        onChange={setText}
        lines={6}
        maxLength={4000}
        isRequired
      />
      <Tick isSelected={isGrave} onChange={setGrave}>
        {t('notice.graveTick')}
      </Tick>
      <EarlyChoice enquiryId={enquiryId} value={early} onChange={setEarly} />
      <Button
        look="main"
        type="submit"
        isDisabled={act.isBusy || cleared.length === 0 || text.trim() === ''}
      >
        {t('notice.save')}
      </Button>
    </form>
  );
}

/** Required only if another relative is to be told first: the reason for not waiting. */
function EarlyChoice({
  enquiryId,
  value,
  onChange,
}: {
  readonly enquiryId: string;
  readonly value: string;
  readonly onChange: (reason: string) => void;
}) {
  const { t } = useTexts();
  const { data } = useQuery(asked.kin(enquiryId));
  const options = useOptions('outOfTurn', outOfTurn, 'turn.none');
  if (!isOtherFirst(data)) return null;
  return (
    <Choice
      label={t('turn.label')}
      hint={t('turn.hint')}
      value={value}
      onChange={onChange}
      options={options}
    />
  );
}

function Cleared({
  cleared,
  onTurn,
}: {
  readonly cleared: readonly string[];
  readonly onTurn: (fact: string, isChosen: boolean) => void;
}) {
  const { t, word } = useTexts();
  return (
    <fieldset className="field">
      <legend>{t('notice.cleared')}</legend>
      {facts.map((fact) => (
        <Tick
          key={fact}
          isSelected={cleared.includes(fact)}
          onChange={(chosen) => onTurn(fact, chosen)}
        >
          {word('cleared', fact)}
        </Tick>
      ))}
    </fieldset>
  );
}
