import type { MandateRecord } from '../../contract/types.ts';
import { DAYS_MAX, type MonthRow } from '../../plans/mandates.ts';
import type { CampaignRow } from '../../plans/tables.ts';
import { Icon } from '../pages/components/icon.tsx';
import { Prose, Word, visibleText } from '../pages/components/text.tsx';
import { Csrf } from '../pages/layout.tsx';
import { PortalLayout, Told } from './layout.tsx';
import { fieldWords, money } from './money.ts';
import { capital } from './sentences.tsx';
import type { PortalFrame } from './visit-portal.ts';
import { When, monthName } from './when.tsx';

/** A form that was sent back, with what is wrong with it. */
export interface Draft {
  percent: string;
  scope: string;
  campaigns: string[];
  until: string;
  note: string;
  wrong: 'percent' | 'too_much' | 'campaigns' | 'until' | 'note' | 'too_many';
}

interface Page {
  limits: { increase_pct_max: number; standing: number; standing_max: number };
  /** Does the tenant ask its client before a budget goes up? */
  isAsked: boolean;
  now: string;
  mandates: MandateRecord[];
  /** What this month has drawn. */
  months: MonthRow[];
  campaigns: CampaignRow[];
  /** By plan version. */
  currencies: Map<number, string>;
  /** Names of people on the client's side, by id. */
  people: Map<string, string>;
  done: string | null;
  draft: Draft | null;
  frame: PortalFrame;
}

export function MandatesPage(page: Page) {
  const { frame, mandates, now, done, draft, isAsked, limits } = page;
  const standing = mandates.filter((one) => one.revoked_at === null && one.expires_at > now);
  const over = mandates.filter((one) => !standing.includes(one));
  const title = done === null ? undefined : DONE[done];
  return (
    <PortalLayout frame={frame} title="Standing permissions" page="Standing permissions">
      {title && <Told tone="good" title={title} />}
      <h1>Standing permissions</h1>
      <p class="lead">
        Say once how far budgets may rise without a question to you: “up to 10&nbsp;% a month without asking me”.
        Whatever goes beyond still comes to you, your agency’s own checks stay, and you can end it at any time.
      </p>
      {!isAsked && (
        <p class="limits">
          <Icon name="lock" />
          <span>
            You have agreed that your agency need not ask you before a budget goes up, so you need none of these.
          </span>
        </p>
      )}
      {standing.length === 0 ? (
        <p class="none">You have given none. You are asked about every increase that is not small.</p>
      ) : (
        <ul class="asks">
          {standing.map((mandate) => (
            <Standing mandate={mandate} page={page} />
          ))}
        </ul>
      )}
      {limits.standing < limits.standing_max ? (
        <Give page={page} draft={draft} />
      ) : (
        <p class="limits">
          <Icon name="lock" />
          <span>
            There are {limits.standing_max} in force, which is as many as there can be. End one to give another.
          </span>
        </p>
      )}
      {over.length > 0 && (
        <section class="part">
          <h2>Ended</h2>
          <ul class="rows">
            {over.slice(0, 10).map((mandate) => (
              <li>
                <span>
                  <Extent mandate={mandate} campaigns={page.campaigns} />
                </span>
                <span class="rows-what muted">
                  {mandate.revoked_at === null ? 'ran out ' : `ended by ${whoOf(mandate.revoked_by, page)} `}
                  <When at={mandate.revoked_at ?? mandate.expires_at} reader={frame} form="day" />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </PortalLayout>
  );
}

const DONE: Record<string, string | undefined> = {
  given: 'Your permission is in force.',
  ended: 'Ended. From now on you are asked again.',
};

function Standing({ mandate, page }: { mandate: MandateRecord; page: Page }) {
  const { frame, campaigns } = page;
  return (
    <li class="ask ask-quiet">
      <h2>
        <Extent mandate={mandate} campaigns={campaigns} />
      </h2>
      <p>
        Until <When at={mandate.expires_at} reader={frame} form="day" />. Given by{' '}
        <Word>{whoOf(mandate.granted_by, page)}</Word> on <When at={mandate.granted_at} reader={frame} form="day" />.
      </p>
      {mandate.note && <Prose>{mandate.note}</Prose>}
      <Used mandate={mandate} page={page} />
      <form method="post" action={`/portal/mandates/${mandate.mandate_id}/end`}>
        <Csrf frame={frame} />
        <button type="submit" class="reject">
          End it now
        </button>
      </form>
    </li>
  );
}

function Extent({ mandate, campaigns }: { mandate: MandateRecord; campaigns: CampaignRow[] }) {
  const names = (mandate.campaign_ids ?? []).map(
    (id) => campaigns.find(({ campaign_id }) => campaign_id === id)?.name ?? id,
  );
  return (
    <>
      Up to {mandate.max_increase_pct.toLocaleString('en')}&nbsp;% a month for{' '}
      {mandate.campaign_ids === null ? 'every campaign' : <Word>{names.join(', ')}</Word>}
    </>
  );
}

/** What of this month is used, campaign by campaign. */
function Used({
  mandate,
  page: { months, campaigns, currencies, limits, now },
}: {
  mandate: MandateRecord;
  page: Page;
}) {
  const month = monthName(now.slice(0, 7));
  const used = months.filter(({ mandate_id, drawn_minor }) => mandate_id === mandate.mandate_id && drawn_minor > 0);
  if (used.length === 0) return <p class="muted">Nothing of it was used in {month}.</p>;
  const percent = Math.min(mandate.max_increase_pct, limits.increase_pct_max);
  return (
    <div class="used">
      <h3>Used in {month}</h3>
      <ul>
        {used.map(({ campaign_id, field, base_minor, drawn_minor }) => {
          const campaign = campaigns.find((one) => one.campaign_id === campaign_id);
          const currency = (campaign && currencies.get(campaign.plan_version)) ?? null;
          const most = Math.floor((base_minor * Math.round(percent * 100)) / 10_000);
          const { name, per } = fieldWords(field);
          const label = `${capital(name)} of ${campaign?.name ?? campaign_id}`;
          return (
            <li>
              <span>
                <Word>{label}</Word>
              </span>
              <meter
                min="0"
                max={String(most)}
                value={String(Math.min(drawn_minor, most))}
                aria-label={visibleText(label)}
              ></meter>
              <span class="muted">
                {money(drawn_minor, currency)} of {money(most, currency)}
                {per} used
                {drawn_minor >= most ? '; the next increase is asked' : `, ${money(most - drawn_minor, currency)} left`}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function whoOf(id: string | null, { people, frame }: Page): string {
  if (id === frame.visitor.caller.id) return 'you';
  return (id === null ? undefined : people.get(id)) ?? 'your agency';
}

function Give({ page, draft }: { page: Page; draft: Draft | null }) {
  const { frame, limits, campaigns, now } = page;
  const most = limits.increase_pct_max;
  const wrong = draft?.wrong;
  return (
    <section class="part" id="give">
      <h2>Give a permission</h2>
      {wrong && <Told tone="bad" title={wrongWords(wrong, most)} />}
      <form class="give" method="post" action="/portal/mandates">
        <Csrf frame={frame} />
        <label class="field" for="percent">
          <span>Up to how many per cent a month?</span>
          <small class="muted" id="percent-hint">
            At most {most.toLocaleString('en')}&nbsp;%. {exampleOf(page)}
          </small>
        </label>
        <p class="with-unit">
          <input
            id="percent"
            name="percent"
            type="number"
            inputmode="decimal"
            min="0.01"
            max={String(most)}
            step="0.01"
            required
            value={draft?.percent ?? String(Math.min(10, most))}
            aria-describedby="percent-hint"
            aria-invalid={wrong === 'percent' || wrong === 'too_much' ? 'true' : undefined}
          />
          <span>%</span>
        </p>
        <fieldset>
          <legend>For which campaigns?</legend>
          <label class="check">
            <input type="radio" name="scope" value="all" checked={draft?.scope !== 'some'} /> Every campaign, new ones
            too
          </label>
          {campaigns.length > 0 && (
            <>
              <label class="check">
                <input type="radio" name="scope" value="some" checked={draft?.scope === 'some'} /> Only these:
              </label>
              <div class="choices">
                {campaigns.map(({ campaign_id, name }) => (
                  <label class="check">
                    <input
                      type="checkbox"
                      name="campaign"
                      value={campaign_id}
                      checked={draft?.campaigns.includes(campaign_id)}
                    />{' '}
                    <Word>{name}</Word>
                  </label>
                ))}
              </div>
            </>
          )}
        </fieldset>
        <label class="field" for="until">
          <span>Until when?</span>
          <small class="muted" id="until-hint">
            The whole day counts. At most a year from now.
          </small>
        </label>
        <input
          id="until"
          name="until"
          type="date"
          required
          min={dayAfter(now, 0)}
          max={dayAfter(now, DAYS_MAX - 1)}
          value={draft?.until ?? dayAfter(now, 90)}
          aria-describedby="until-hint"
          aria-invalid={wrong === 'until' ? 'true' : undefined}
        />
        <label class="field" for="note">
          <span>A note, if you like</span>
          <small class="muted">Your agency reads it.</small>
        </label>
        <input id="note" name="note" type="text" maxlength={200} value={draft?.note} />
        <button type="submit" class="primary big">
          Give this permission
        </button>
      </form>
    </section>
  );
}

function wrongWords(wrong: Draft['wrong'], most: number): string {
  const words: Record<Draft['wrong'], string> = {
    percent: 'Please give the per cent as a number, such as 10 or 7.5.',
    too_much: `That is more than can be given in advance: at most ${most.toLocaleString('en')} %.`,
    campaigns: 'Please pick at least one campaign, or every campaign.',
    until: 'Please pick a day that is not over, and not more than a year ahead.',
    note: 'Please keep the note under 200 characters.',
    too_many: 'There are as many permissions in force as there can be. Please end one first.',
  };
  return words[wrong];
}

/** What it would mean, in the reader's own money. */
function exampleOf({ campaigns, currencies, limits }: Page): string {
  const per = Math.min(10, limits.increase_pct_max);
  for (const { live, name, plan_version } of campaigns) {
    const budget = live['daily_budget_minor'];
    if (budget === undefined || budget === 0 || name.length > 60) continue;
    const currency = currencies.get(plan_version) ?? null;
    const then = money(budget + Math.floor((budget * per) / 100), currency);
    return `With ${per}\u00a0%, a daily budget of ${money(budget, currency)} could rise to ${then} within a month.`;
  }
  return 'It counts from what a budget was when its month began.';
}

function dayAfter(now: string, days: number): string {
  return new Date(Date.parse(now) + days * 86_400_000).toISOString().slice(0, 10);
}
