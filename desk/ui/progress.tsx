import { Label, ProgressBar } from 'react-aria-components';

/** A progress bar. It is drawn as an SVG: its length needs no inline style. */
export function Progress({
  label,
  share,
}: {
  readonly label: string;
  readonly share: number | null;
}) {
  const value = share === null ? undefined : Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <ProgressBar className="progress" value={value ?? 0} isIndeterminate={value === undefined}>
      {({ valueText }) => (
        <>
          <Label>{label}</Label>
          <span className="value">{value === undefined ? '' : valueText}</span>
          <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect className="rail" width="100" height="4" />
            <rect className="run" width={value ?? 30} height="4" />
          </svg>
        </>
      )}
    </ProgressBar>
  );
}
