import { type ReactNode, useEffect, useId, useRef } from 'react';
import {
  Checkbox as AriaCheckbox,
  FieldError,
  Input,
  Label,
  Radio,
  RadioGroup,
  Text,
  TextArea,
  TextField,
} from 'react-aria-components';
import { type TextKey, useTexts } from '../texts.ts';

interface TextBoxProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: ReactNode;
  readonly error?: string | null;
  readonly isRequired?: boolean;
  readonly lines?: number;
  readonly type?: 'text' | 'date' | 'datetime-local' | 'email' | 'tel' | 'password';
  readonly autoComplete?: string;
  readonly autoFocus?: boolean;
  readonly maxLength?: number;
}

/** One or several lines, with label, hint and error, which takes the focus there. */
export function TextBox({ label, hint, error, lines, type = 'text', ...rest }: TextBoxProps) {
  const { t } = useTexts();
  const field = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error) field.current?.querySelector<HTMLElement>('input, textarea')?.focus();
  }, [error]);
  return (
    <TextField
      ref={field}
      className="field"
      type={type === 'datetime-local' || type === 'date' ? 'text' : type}
      isInvalid={Boolean(error)}
      autoComplete="off"
      {...rest}
    >
      <Label>
        {label}
        {rest.isRequired ? <span className="need"> {t('field.needed')}</span> : null}
      </Label>
      {hint ? (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      ) : null}
      {lines ? (
        <TextArea rows={lines} dir="auto" />
      ) : (
        <Input type={type} dir={type === 'text' ? 'auto' : undefined} />
      )}
      <FieldError className="error">{error}</FieldError>
    </TextField>
  );
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

/** The native select: it works everywhere, above all on phones. */
export function Choice({
  label,
  value,
  onChange,
  options,
  hint,
  isLabelHidden = false,
  isRequired = false,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly Option[];
  readonly hint?: string | undefined;
  readonly isLabelHidden?: boolean;
  readonly isRequired?: boolean;
}) {
  const { t } = useTexts();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className={isLabelHidden ? 'unseen' : undefined}>
        {label}
        {isRequired ? <span className="need"> {t('field.needed')}</span> : null}
      </label>
      {hint ? (
        <span id={`${id}-hint`} className="hint">
          {hint}
        </span>
      ) : null}
      <select
        id={id}
        value={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        aria-required={isRequired || undefined}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A few choices, all visible. */
export function Choices({
  label,
  value,
  onChange,
  options,
  hint,
  isRequired = false,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly (Option & { readonly note?: string })[];
  readonly hint?: string;
  readonly isRequired?: boolean;
}) {
  const { t } = useTexts();
  return (
    <RadioGroup className="field choices" value={value} onChange={onChange} isRequired={isRequired}>
      <Label>
        {label}
        {isRequired ? <span className="need"> {t('field.needed')}</span> : null}
      </Label>
      {hint ? (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      ) : null}
      {options.map((option) => (
        <Radio key={option.value} value={option.value} className="choice">
          <span className="mark" aria-hidden="true" />
          <span>
            {option.label}
            {option.note ? <small>{option.note}</small> : null}
          </span>
        </Radio>
      ))}
    </RadioGroup>
  );
}

export function Tick({
  isSelected,
  onChange,
  children,
}: {
  readonly isSelected: boolean;
  readonly onChange: (isSelected: boolean) => void;
  readonly children: ReactNode;
}) {
  return (
    <AriaCheckbox className="choice tick" isSelected={isSelected} onChange={onChange}>
      <span className="mark" aria-hidden="true" />
      <span>{children}</span>
    </AriaCheckbox>
  );
}

/** Options for a list of codes whose words have a common key prefix. */
export function useOptions(
  family: string,
  codes: readonly string[],
  none?: TextKey,
): readonly Option[] {
  const { t, word } = useTexts();
  const options = codes.map((code) => ({ value: code, label: word(family, code) }));
  return none ? [{ value: '', label: t(none) }, ...options] : options;
}
