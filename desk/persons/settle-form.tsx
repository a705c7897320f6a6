import { useState } from 'react';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Note } from '../ui/parts.tsx';
import {
  type Difference,
  type Draft,
  type DraftKey,
  type DraftVersion,
  findDifferences,
  settled,
} from './draft.ts';

type Chosen = Readonly<Partial<Record<DraftKey, DraftVersion>>>;

/**
 * Another person was faster: shows both versions side by side, with a choice for each difference.
 */
export function SettleForm({
  drafts,
  onTake,
}: {
  readonly drafts: { readonly base: Draft; readonly mine: Draft; readonly theirs: Draft };
  readonly onTake: (draft: Draft) => void;
}) {
  const { t } = useTexts();
  const lines = findDifferences(drafts);
  const [chosen, setChosen] = useState<Chosen>(() =>
    Object.fromEntries(lines.flatMap(({ key, side }) => (side ? [[key, side]] : []))),
  );
  const open = lines.filter(({ key }) => !chosen[key]).length;
  return (
    <form
      className="stack settle"
      onSubmit={(event) => {
        event.preventDefault();
        onTake(settled(drafts, chosen));
      }}
    >
      <Note tone="warm">
        <p className="strong">{t('settle.title')}</p>
        <p>{t(lines.length === 0 ? 'settle.same' : 'settle.lead')}</p>
      </Note>
      {lines.map((line) => (
        <LineChoice
          key={line.key}
          line={line}
          value={chosen[line.key] ?? null}
          onChange={(side) => setChosen({ ...chosen, [line.key]: side })}
        />
      ))}
      <div className="row">
        <Button look="main" type="submit" isDisabled={open > 0}>
          {t('settle.take')}
        </Button>
        {open > 0 ? <span className="hint">{t('settle.choose', { count: open })}</span> : null}
      </div>
    </form>
  );
}

/** Native radio buttons, so that arrow keys, labels and screen readers work everywhere. */
function LineChoice({
  line,
  value,
  onChange,
}: {
  readonly line: Difference;
  readonly value: DraftVersion | null;
  readonly onChange: (side: DraftVersion) => void;
}) {
  const { t, word } = useTexts();
  const side = (which: DraftVersion) => (
    <label className={value === which ? 'settle-side chosen' : 'settle-side'}>
      <input
        type="radio"
        name={`settle-${line.key}`}
        checked={value === which}
        onChange={() => onChange(which)}
      />
      <span>
        <small>{t(which === 'mine' ? 'settle.mine' : 'settle.theirs')}</small>
        {line[which] ? (
          <bdi className="raw lines">
            {line.key === 'sex' ? word('sex', line[which]) : line[which]}
          </bdi>
        ) : (
          <em className="silent">{t('settle.empty')}</em>
        )}
      </span>
    </label>
  );
  return (
    <fieldset className="settle-line">
      <legend>
        {line.key === 'names' ? t('correct.names') : word('field', line.key)}
        {value ? null : <span className="need"> {t('field.needed')}</span>}
      </legend>
      {side('mine')}
      {side('theirs')}
    </fieldset>
  );
}
