import type { Child } from 'hono/jsx';
import { FieldError, type SentBack, invalidProps, wrongWith } from './field-error.tsx';

// The fields that forms about money are made of. Each is filled again as it was, with what is wrong beside it, when its form is sent back.

/** One of several ways, with what it takes; assets/ticket.css shows that of the one that is chosen. */
export function Way(props: { value: string; how: string; name: string; says: string; children?: Child }) {
  const { value, how, name, says, children } = props;
  return (
    <div class="resolution">
      <label class="check">
        <input type="radio" name="how" value={value} checked={value === how} />
        <span>
          <strong>{name}</strong> <span class="muted">{says}</span>
        </span>
      </label>
      {children && <div class="allowance">{children}</div>}
    </div>
  );
}

interface Input {
  id: string;
  back: SentBack | null;
}

export function Usd({ id, label, back }: Input & { label: string }) {
  const wrong = wrongWith(back, 'usd');
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="text"
        name="usd"
        inputmode="decimal"
        maxlength={30}
        autocomplete="off"
        value={back?.written.get('usd') ?? ''}
        {...invalidProps(id, wrong)}
      />
      <FieldError id={id} wrong={wrong} />
    </label>
  );
}

export function Count({ id, name, label, back }: Input & { name: string; label: string }) {
  const wrong = wrongWith(back, name);
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="text"
        name={name}
        inputmode="numeric"
        maxlength={9}
        autocomplete="off"
        value={back?.written.get(name) ?? ''}
        {...invalidProps(id, wrong)}
      />
      <FieldError id={id} wrong={wrong} />
    </label>
  );
}

export function Reason({ id, back, label = 'Why' }: Input & { label?: string }) {
  const wrong = wrongWith(back, 'reason');
  return (
    <label class="field deed-reason">
      <span>
        {label} <span class="muted">for the log</span>
      </span>
      <input
        type="text"
        name="reason"
        maxlength={1000}
        autocomplete="off"
        value={back?.written.get('reason') ?? ''}
        {...invalidProps(id, wrong)}
      />
      <FieldError id={id} wrong={wrong} />
    </label>
  );
}

export function Confirmed({ id, back, words }: Input & { words: string }) {
  const wrong = wrongWith(back, 'confirmed');
  return (
    <label class="check">
      <input type="checkbox" name="confirmed" value="yes" {...invalidProps(id, wrong)} />
      <span>
        {words} <FieldError id={id} wrong={wrong} />
      </span>
    </label>
  );
}
