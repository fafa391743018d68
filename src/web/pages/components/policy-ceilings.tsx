import type { Limit } from '../policy-limits.ts';
import { Word } from './text.tsx';
import { Time } from './time.tsx';
import { fieldName } from './value.tsx';

/** What the tenant may change, what holds for it now, and whose value that is. */
export function Ceilings({
  limits,
  version,
  since,
  by,
}: {
  limits: Limit[];
  version: number;
  since: string;
  by: string;
}) {
  const caption = 'Values of the configuration, their bounds, and whose value holds';
  return (
    <section class="block" id="limits" aria-labelledby="limits-title">
      <h2 id="limits-title">What this tenant may change</h2>
      <p class="muted">
        A tenant may be stricter than policy, not looser; a looser configuration is refused when it is saved. Version{' '}
        {version}, by <Word>{by}</Word>, <Time at={since} />.
      </p>
      <div class="scroll" tabindex={0} role="region" aria-label={caption}>
        <table class="lined">
          <caption>{caption}</caption>
          <thead>
            <tr>
              <th scope="col">Value</th>
              <th scope="col">Policy’s bound</th>
              <th scope="col">In force</th>
              <th scope="col">Whose</th>
            </tr>
          </thead>
          <tbody>
            {limits.map((limit) => (
              <tr>
                <th scope="row">
                  {fieldName(`/${limit.field.split('/')[2]}`)}
                  <br />
                  <code class="rule">{limit.field}</code>
                  {limit.description && <p class="muted small">{limit.description}</p>}
                </th>
                <td>{limit.bound ?? <span class="muted">none: the tenant’s choice</span>}</td>
                <td>
                  <Setting value={limit.effective} />
                </td>
                <td>
                  <Whose limit={limit} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Whose({ limit: { whose, looser, value } }: { limit: Limit }) {
  if (looser)
    return (
      <span class="whose whose-bad">
        policy’s: the tenant’s <Setting value={value} /> is looser
      </span>
    );
  if (whose === 'tenant') return <span class="whose whose-tenant">the tenant’s, stricter</span>;
  if (whose === 'policy') return <span class="whose">policy’s{value === undefined ? ', not set here' : ''}</span>;
  return <span class="whose">{value === undefined ? 'policy’s default' : 'the tenant’s'}</span>;
}

function Setting({ value }: { value: unknown }) {
  if (value === undefined) return <span class="absent">not set</span>;
  if (typeof value === 'boolean') return <strong>{value ? 'yes' : 'no'}</strong>;
  if (typeof value === 'object') return <code class="foreign small">{JSON.stringify(value)}</code>;
  return (
    <strong>
      <Word>{String(value)}</Word>
    </strong>
  );
}
