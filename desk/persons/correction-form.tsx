import { useState } from 'react';
import { type TextKey, useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choice, TextBox, useOptions } from '../ui/field.tsx';
import { Panel } from '../ui/parts.tsx';
import {
  type Draft,
  type DraftField,
  draftFields,
  emptyName,
  isChanged,
  type NameDraft,
  withParts,
} from './draft.ts';

const namesMax = 12;
const nameKinds = ['main', 'alias', 'maiden', 'former'] as const;
const lines: Readonly<Partial<Record<DraftField, number>>> = {
  relatives: 2,
  documents: 2,
  note: 4,
};
// Single-line fields come first, so that two beside each other have the same height.
const inForm = draftFields.toSorted((one, other) => (lines[one] ?? 0) - (lines[other] ?? 0));
const hints: Readonly<Partial<Record<DraftField, TextKey>>> = {
  birth: 'date.hint',
  captured: 'date.hint',
  lastContact: 'date.hint',
  relatives: 'take.otherNamesHint',
  documents: 'take.otherNamesHint',
};

/** The words of a record in fields, each with its former value once that is changed. */
export function CorrectionForm({
  base,
  start,
  isBusy,
  onSend,
}: {
  /** The current values, and the initial ones: they differ after two versions were merged. */
  readonly base: Draft;
  readonly start: Draft;
  readonly isBusy: boolean;
  readonly onSend: (draft: Draft, reason: string) => void;
}) {
  const { t } = useTexts();
  const [draft, setDraft] = useState(start);
  const [reason, setReason] = useState('');
  const hasName = draft.names.some(({ full }) => full.trim() !== '');
  const isReady = isChanged(base, draft) && hasName && reason.trim() !== '';
  const set = (field: DraftField) => (text: string) =>
    setDraft({ ...draft, values: { ...draft.values, [field]: text } });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !isBusy) onSend(draft, reason.trim());
      }}
    >
      <Panel title={t('correct.names')}>
        <Names draft={draft} onChange={(names) => setDraft({ ...draft, names })} />
      </Panel>
      <Panel title={t('correct.what')}>
        <div className="grid">
          {inForm.map((field) => (
            <OneField
              key={field}
              field={field}
              value={draft.values[field]}
              was={base.values[field]}
              onChange={set(field)}
            />
          ))}
        </div>
      </Panel>
      <div className="panel">
        <TextBox
          label={t('correct.reason')}
          hint={t('correct.reasonHint')}
          value={reason}
          onChange={setReason}
          maxLength={400}
          isRequired
        />
        <div className="row">
          <Button look="main" type="submit" isDisabled={isBusy || !isReady}>
            {t('correct.send')}
          </Button>
          {isChanged(base, draft) ? null : <span className="hint">{t('correct.nothing')}</span>}
        </div>
      </div>
    </form>
  );
}

function OneField({
  field,
  value,
  was,
  onChange,
}: {
  readonly field: DraftField;
  readonly value: string;
  readonly was: string;
  readonly onChange: (value: string) => void;
}) {
  const { t, word } = useTexts();
  const sexes = useOptions('sex', ['m', 'f'], 'notStated');
  const shown = field === 'sex' && was ? word('sex', was) : was;
  const before = was ? t('correct.was', { was: shown }) : t('correct.wasEmpty');
  const hint = value === was ? hints[field] && t(hints[field]) : before;
  if (field === 'sex') {
    return (
      <Choice
        label={word('field', field)}
        value={value}
        onChange={onChange}
        options={sexes}
        hint={hint}
      />
    );
  }
  return (
    <TextBox
      label={word('field', field)}
      value={value}
      onChange={onChange}
      {...(hint ? { hint } : {})}
      {...(lines[field] ? { lines: lines[field] } : {})}
    />
  );
}

function Names({
  draft,
  onChange,
}: {
  readonly draft: Draft;
  readonly onChange: (names: readonly NameDraft[]) => void;
}) {
  const { t } = useTexts();
  const { names } = draft;
  return (
    <>
      {names.map((name, at) => (
        <OneName
          // biome-ignore lint/suspicious/noArrayIndexKey: a name has no id, and what is typed stays in its place.
          key={at}
          name={name}
          onChange={(changed) => onChange(names.with(at, changed))}
          {...(names.length > 1 ? { onDrop: () => onChange(names.toSpliced(at, 1)) } : {})}
        />
      ))}
      {names.length < namesMax ? (
        <Button onPress={() => onChange([...names, emptyName])}>{t('correct.addName')}</Button>
      ) : null}
    </>
  );
}

const parts = ['surname', 'given', 'patronymic'] as const;

function OneName({
  name,
  onChange,
  onDrop,
}: {
  readonly name: NameDraft;
  readonly onChange: (name: NameDraft) => void;
  readonly onDrop?: () => void;
}) {
  const { t } = useTexts();
  const held = name.parts;
  return (
    <div className="name-draft">
      <div className={held ? 'grid three' : 'grid'}>
        {held ? (
          parts.map((part) => (
            <TextBox
              key={part}
              label={t(`take.${part}`)}
              value={held[part]}
              onChange={(text) => onChange(withParts(name, { ...held, [part]: text }))}
            />
          ))
        ) : (
          <TextBox
            label={t('correct.nameWhole')}
            value={name.full}
            onChange={(full) => onChange({ ...name, full })}
          />
        )}
        {held ? null : <KindChoice name={name} onChange={onChange} />}
      </div>
      <div className="row">
        {held ? <KindChoice name={name} onChange={onChange} /> : null}
        {onDrop ? (
          <Button look="quiet" onPress={onDrop}>
            {t('correct.dropName')}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function KindChoice({
  name,
  onChange,
}: {
  readonly name: NameDraft;
  readonly onChange: (name: NameDraft) => void;
}) {
  const { t } = useTexts();
  return (
    <Choice
      label={t('correct.nameKind')}
      value={name.kind}
      onChange={(kind) => onChange({ ...name, kind })}
      options={useOptions('nameKind', nameKinds)}
    />
  );
}
