import type { SlaTargets } from '../../../contract/types.ts';
import type {
  CataloguePackage,
  CatalogueProfile,
  CatalogueRule,
  CatalogueTicketType,
} from '../../../policy/catalogue.ts';
import { TypeBadge } from './badge.tsx';
import { Icon } from './icon.tsx';

const CONDITIONS: Record<string, string> = {
  budget_increase: 'the budget goes up',
  client_budget_increase: 'the budget goes up and the client has its say',
  client_creative_themes: 'there are new creative themes and the client has its say',
  legal_flag: 'the legal flag is raised',
};
const OUTCOMES: Record<string, string> = {
  'plan.approve': 'the plan version is approved',
  'creative.clear': 'the creative is cleared',
  permit: 'a permit to proceed, once',
};

/** A1 to A9: who decides, who may object, what waits meanwhile, by when. */
export function TicketTypes({ types, targets }: { types: CatalogueTicketType[]; targets: SlaTargets }) {
  const caption = 'Ticket types with their approvers, vetoes, effects and targets';
  return (
    <section class="block" id="tickets" aria-labelledby="tickets-title">
      <h2 id="tickets-title">Ticket types</h2>
      <p class="muted">
        Each line of “approved by” is one human; all are needed. The requester and the author of a plan never count.
      </p>
      <div class="scroll" tabindex={0} role="region" aria-label={caption}>
        <table class="lined types">
          <caption>{caption}</caption>
          <thead>
            <tr>
              <th scope="col">Type</th>
              <th scope="col">Approved by</th>
              <th scope="col">Veto</th>
              <th scope="col">Holds up, while open</th>
              <th scope="col">Then</th>
              <th scope="col">Answer within</th>
            </tr>
          </thead>
          <tbody>
            {types.map((type) => (
              <tr id={`type-${type.type}`}>
                <th scope="row">
                  <TypeBadge type={type.type} redFlag={type.red_flag} />{' '}
                  <a href={`/inbox?type=${type.type}`}>{type.title}</a>
                </th>
                <td>
                  <ul>
                    {type.slots.map((slot) => (
                      <li>
                        {slot.any_of.join(' or ')}
                        {slot.when.length > 0 && <span class="muted"> when {conditions(slot.when)}</span>}
                      </li>
                    ))}
                  </ul>
                </td>
                <td>
                  {type.veto.length === 0 ? <span class="muted">nobody</span> : type.veto.join(', ')}
                  {type.objection.length > 0 && <span class="muted">; {type.objection.join(', ')} may reject</span>}
                </td>
                <td>
                  <Blocks type={type} />
                </td>
                <td>
                  {type.red_flag
                    ? type.resolutions.map(words).join(', ')
                    : (OUTCOMES[type.on_approved] ?? type.on_approved)}
                </td>
                <td>
                  <Target type={type} own={targets[type.type]} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Blocks({ type: { blocks_actions, red_flag } }: { type: CatalogueTicketType }) {
  if (blocks_actions.includes('*')) return <>{red_flag ? 'every action of the run and on the task' : 'every action'}</>;
  if (blocks_actions.length === 0) return <>this change alone</>;
  return (
    <ul>
      {blocks_actions.map((action) => (
        <li>
          <code>{action}</code>
        </li>
      ))}
    </ul>
  );
}

function Target({ type: { sla, risk }, own }: { type: CatalogueTicketType; own: number | undefined }) {
  const { minutes, calendar } = sla;
  const shorter = own !== undefined && own < minutes[risk];
  return (
    <>
      {hours(shorter ? own : minutes[risk])}
      {shorter && ' (the tenant’s)'}
      {minutes.high < minutes[risk] && <span class="muted">, {hours(minutes.high)} at high risk</span>}
      <br />
      <span class="muted small">{calendar === 'always' ? 'at any hour' : 'of working time'}</span>
    </>
  );
}

/** What a compliance profile looks for, each row with its source. */
export function Profiles({
  profiles,
  inForce,
  open,
}: {
  profiles: CatalogueProfile[];
  inForce: string;
  open: boolean;
}) {
  const first = [...profiles].sort((a, b) => Number(b.name === inForce) - Number(a.name === inForce));
  return (
    <section class="block" id="compliance" aria-labelledby="compliance-title">
      <h2 id="compliance-title">Compliance profiles</h2>
      <p class="muted">
        A creative runs through the tenant’s profile. What is blocked cannot be cleared; what needs a review opens an
        A7. The rows help people to look; they are no legal advice.
      </p>
      {first.map((profile) => (
        <details class="fold-block" open={open || profile.name === inForce}>
          <summary>
            {profile.title} <code>{profile.name}</code>
            {profile.name === inForce && <span class="state state-good">in force here</span>}{' '}
            <span class="muted">
              {profile.rows.length} rows{profile.includes.length > 0 && `, and those of ${profile.includes.join(', ')}`}
            </span>
          </summary>
          <div class="scroll" tabindex={0} role="region" aria-label={`Rows of ${profile.title}`}>
            <table class="lined">
              <caption>Rows of {profile.title}</caption>
              <thead>
                <tr>
                  <th scope="col">Looks for</th>
                  <th scope="col">Then</th>
                  <th scope="col">Because</th>
                  <th scope="col">Source</th>
                </tr>
              </thead>
              <tbody>
                {profile.rows.map((row) => (
                  <tr>
                    <th scope="row">
                      {row.title}
                      <br />
                      <code class="rule">{row.code}</code>
                      {row.examples.length > 0 && <p class="muted small">{row.examples.join(' · ')}</p>}
                    </th>
                    <td>
                      <span class={`effect effect-${row.severity === 'block' ? 'deny' : 'review'}`}>
                        {row.severity === 'block' ? 'blocked' : row.legal_flag ? 'review, with legal' : 'review'}
                      </span>
                      {row.platforms.length > 0 && <p class="muted small">{row.platforms.join(', ')} only</p>}
                    </td>
                    <td>{row.message}</td>
                    <td>
                      {row.source.title}
                      <br />
                      <cite class="muted small">{row.source.citation}</cite>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      ))}
    </section>
  );
}

/** Every rule that gives a reason, by package. */
export function Rules({ packages, open }: { packages: CataloguePackage[]; open: boolean }) {
  return (
    <section class="block" id="rules" aria-labelledby="rules-title">
      <h2 id="rules-title">Rules</h2>
      <p class="muted">
        Any denial denies. Else any review needs a human, unless an approval of that very question is shown. What no
        rule grants is denied.
      </p>
      <div class="packages">
        {packages
          .filter(({ rules }) => rules.length > 0)
          .map((one) => (
            <details class="fold-block" id={`rules-${one.name}`} open={open}>
              <summary>
                {one.title} <span class="muted">{one.rules.length === 1 ? '1 rule' : `${one.rules.length} rules`}</span>
              </summary>
              {one.description && <p class="muted">{one.description}</p>}
              <ul class="rules">
                {one.rules.map((rule) => (
                  <Rule rule={rule} />
                ))}
              </ul>
            </details>
          ))}
      </div>
    </section>
  );
}

const EFFECTS = { deny: 'denies', review: 'asks a human', allow: 'allows', notice: 'tells' };

function Rule({ rule }: { rule: CatalogueRule }) {
  return (
    <li>
      <p>
        <strong>{rule.title}</strong>
        {rule.effect && <span class={`effect effect-${rule.effect}`}>{EFFECTS[rule.effect]}</span>}
      </p>
      {rule.description && <p>{capital(rule.description)}.</p>}
      <p class="rule-source">
        <code>{rule.code}</code>
        <span>
          {rule.file.replace('policies/rego/', '')}:{rule.row}
        </span>
        <span class="reached">
          <Icon name="check" />
          {rule.tests > 0 ? `named in ${rule.tests === 1 ? '1 test' : `${rule.tests} tests`}` : 'reached by tests'}
        </span>
      </p>
    </li>
  );
}

const hours = (minutes: number): string => (minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`);
const words = (name: string): string => name.replaceAll('_', ' ');
const conditions = (names: string[]): string => names.map((name) => CONDITIONS[name] ?? words(name)).join(' or ');
const capital = (text: string): string => (text[0]?.toUpperCase() ?? '') + text.slice(1).replace(/\.$/, '');
