import { type Context, Hono } from 'hono';
import { Problem } from '../../contract/problem.ts';
import type { Contact } from '../../contract/types.ts';
import { contactOf } from '../../notify/contact.ts';
import { isTimeZone } from '../../notify/digest.ts';
import { endAbsence, personView, setAbsence } from '../../tenants/absence.ts';
import { type PersonRow, canActAt, personTable, rolesAt } from '../../tenants/people.ts';
import { listPeople } from '../../tenants/store.ts';
import { CONTACT_WRONG, type ContactField, DIGESTS, ZONES, readContact, wrongField } from '../contact-form-data.ts';
import type { Deps } from '../context.ts';
import { lookAgain } from '../people.ts';
import { readOwnForm, visitInside } from '../session/visit.ts';
import type { Site } from '../site-settings.ts';
import { readAbsence } from './account-form-data.ts';
import { FieldError, type SentBack, invalidProps, wrongWith } from './components/field-error.tsx';
import { Part } from './components/part.tsx';
import { Head } from './components/record.tsx';
import { Notice } from './components/states.tsx';
import { Word } from './components/text.tsx';
import { Time } from './components/time.tsx';
import { type Frame, frameOf } from './frame.ts';
import { Csrf, Layout } from './layout.tsx';
import { may } from './may.ts';

const PEOPLE_MAX = 100;
/** What the form is sent back for, with the reason beside its field. */
const ABSENCE_CODES = ['form.field', 'request.invalid', 'absence.stand_in_unknown'];

/** What a person of the agency says of themselves: when they are away and who stands in, and how they are told of things. */
export function accountPages(deps: Deps, site: Site): Hono {
  return new Hono()
    .get('/', (context) => showAccount(deps, site, context, null))
    .post('/absence', async (context) => {
      const written = await readOwnForm(deps, site, context);
      try {
        const { visitor } = await visitInside(deps, site, context, 'people.absence', (tx, caller) => {
          if (written.get('absence') === 'end') return endAbsence(tx, caller, 'me');
          const { time_zone: zone } = tx.get(personTable, caller.id)!;
          return setAbsence(tx, caller, 'me', readAbsence(written, isTimeZone(zone) ? zone : 'UTC'));
        });
        await lookAgain(deps, visitor.tenant);
      } catch (error) {
        if (!(error instanceof Problem && ABSENCE_CODES.includes(error.code))) throw error;
        return showAccount(deps, site, context, { problem: inForm(error), written });
      }
      return context.redirect(`/account?done=${written.get('absence') === 'end' ? 'back' : 'away'}`, 303);
    })
    .post('/contact', async (context) => {
      const written = await readOwnForm(deps, site, context);
      try {
        await visitInside(deps, site, context, 'contact.write', readContact(written));
      } catch (error) {
        const field = error instanceof Problem && error.status === 400 ? wrongField(error) : undefined;
        if (field === undefined) throw error;
        const problem = new Problem(400, 'contact.field', CONTACT_WRONG[field], { field });
        return showAccount(deps, site, context, { problem, written });
      }
      return context.redirect('/account?done=contact', 303);
    });
}

/** The field of the form that the API's own check found wrong. */
function inForm(problem: Problem): Problem {
  const { code, message, status, extra } = problem;
  if (code === 'absence.stand_in_unknown') return new Problem(status, code, message, { field: 'stand_in' });
  const [wrong] = (extra['errors'] as { field: string; message: string }[] | undefined) ?? [];
  return wrong ? new Problem(400, code, `It ${wrong.message}.`, { field: wrong.field.slice(1) }) : problem;
}

async function showAccount(deps: Deps, site: Site, context: Context, back: SentBack | null): Promise<Response> {
  const { visitor, result } = await visitInside(deps, site, context, 'contact.read', (tx, caller) => ({
    contact: contactOf(tx, caller.id),
    person: personView(tx.get(personTable, caller.id)!, tx.now),
    mayList: may(deps.policy, caller, 'people.read'),
  }));
  const [frame, people] = await Promise.all([
    frameOf(deps, site, context, visitor),
    result.mayList ? listPeople(deps.sql, visitor.tenant, null, PEOPLE_MAX) : [],
  ]);
  const now = deps.clock().toISOString();
  const colleagues = people.filter(
    (one) => one.person_id !== visitor.caller.id && canActAt(one, now) && isColleague(deps, one, now),
  );
  const around = { ...frame, path: '/account' };
  const done = DONE[context.req.query('done') ?? ''];
  return context.html(
    <Layout frame={around} title="Absence and notifications" extra={['record.css']}>
      <article class="page">
        <Head title="Absence and notifications" />
        {done && <Notice tone="good" title={done} />}
        {back && <Notice tone="bad" title="Nothing was saved. What is wrong stands beside its field." />}
        <Part title="Away" level={1}>
          <Absence person={result.person} colleagues={colleagues} frame={around} back={back} />
        </Part>
        <Part title="How you are told" level={1}>
          <ContactForm contact={result.contact} provided={site.oidc !== null} frame={around} back={back} />
        </Part>
      </article>
    </Layout>,
    (back?.problem.status ?? 200) as 200,
  );
}

const DONE: Record<string, string | undefined> = {
  away: 'Your absence is in the log. Waiting tickets were looked at again.',
  back: 'You are back. This is in the log.',
  contact: 'Saved.',
};

/** Someone who sees what the agency sees could stand in; what they may do then is policy's to say. */
function isColleague({ policy }: Deps, person: PersonRow, now: string): boolean {
  const caller = { kind: 'human', id: person.person_id, roles: rolesAt(person, now) } as const;
  return policy.access({ caller, operation: 'ticket.list' }).scope === 'all';
}

interface AbsenceProps {
  person: ReturnType<typeof personView>;
  colleagues: PersonRow[];
  frame: Frame;
  back: SentBack | null;
}

function Absence({ person: { absence, time_zone: zone }, colleagues, frame, back }: AbsenceProps) {
  const of = (name: string) => back?.written.get(name) ?? '';
  return (
    <>
      {absence ? (
        <form class="stack" method="post" action="/account/absence">
          <Csrf frame={frame} />
          <p>
            You are away from <Time at={absence.from} /> to <Time at={absence.until} />
            {absence.stand_in === null ? (
              ', and nobody stands in'
            ) : (
              <>
                ; <Word>{absence.stand_in}</Word> stands in
              </>
            )}
            .
          </p>
          <button type="submit" name="absence" value="end">
            I am back
          </button>
        </form>
      ) : (
        <p class="muted">
          While you are away you are not counted upon. Who stands in votes by your roles, on record as such; never on
          what either of you asked for or wrote.
        </p>
      )}
      <form class="deed-form" method="post" action="/account/absence">
        <Csrf frame={frame} />
        <Day name="from" label="First day away" hint="empty: from now on" value={of('from')} back={back} />
        <Day name="until" label="Last day away" hint={zone ?? 'in UTC'} value={of('until')} back={back} />
        <label class="field">
          <span>Who stands in</span>
          <select name="stand_in" {...invalidProps('stand_in-wrong', wrongWith(back, 'stand_in'))}>
            <option value="">nobody</option>
            {colleagues.map(({ person_id, roles }) => (
              <option value={person_id} selected={person_id === of('stand_in')}>
                {`${person_id} (${roles.join(', ')})`}
              </option>
            ))}
          </select>
          <FieldError id="stand_in-wrong" wrong={wrongWith(back, 'stand_in')} />
        </label>
        <button type="submit" name="absence" value="set">
          {absence ? 'Set another absence' : 'Set the absence'}
        </button>
      </form>
    </>
  );
}

function Day(props: { name: string; label: string; hint: string; value: string; back: SentBack | null }) {
  const { name, label, hint, value, back } = props;
  const [id, wrong] = [`${name}-wrong`, wrongWith(back, name)];
  return (
    <label class="field">
      <span>
        {label} <span class="muted">{hint}</span>
      </span>
      <input type="date" name={name} value={value} {...invalidProps(id, wrong)} />
      <FieldError id={id} wrong={wrong} />
    </label>
  );
}

interface ContactProps {
  contact: Contact;
  /** An identity provider tells name and address again at each sign-in. */
  provided: boolean;
  frame: Frame;
  back: SentBack | null;
}

function ContactForm({ contact, provided, frame, back }: ContactProps) {
  const sent = back?.written.has('digest') ? back : null;
  const mailed = sent ? sent.written.get('mail') === 'yes' : contact.types === null || contact.types.length > 0;
  const digest = sent?.written.get('digest') ?? contact.digest;
  const field = (name: ContactField, label: string, hint: string, more: object) => {
    const [id, wrong] = [`${name}-wrong`, wrongWith(sent, name)];
    return (
      <label class="field deed-reason">
        <span>
          {label} <span class="muted">{hint}</span>
        </span>
        <input
          type="text"
          name={name}
          value={sent?.written.get(name) ?? contact[name] ?? ''}
          {...more}
          {...invalidProps(id, wrong)}
        />
        <FieldError id={id} wrong={wrong} />
      </label>
    );
  };
  return (
    <form class="deed-form" method="post" action="/account/contact">
      <Csrf frame={frame} />
      {provided && (
        <p class="muted">Your identity provider tells your name and address again at each sign-in, and that counts.</p>
      )}
      {field('name', 'Name', '', { maxlength: 200, autocomplete: 'name' })}
      {field('email', 'Mail address', 'empty: no mail', { maxlength: 254, autocomplete: 'email' })}
      {field('time_zone', 'Time zone', 'such as Europe/Berlin', { maxlength: 64, list: 'zones' })}
      <datalist id="zones">
        {ZONES.map((zone) => (
          <option value={zone} />
        ))}
      </datalist>
      <fieldset>
        <legend>Mail me</legend>
        <label class="check">
          <input type="radio" name="mail" value="yes" checked={mailed} />{' '}
          {contact.types !== null && contact.types.length > 0
            ? `of the ${contact.types.length} kinds of events that I chose by the API`
            : 'of what asks something of me, or answers me'}
        </label>
        <label class="check">
          <input type="radio" name="mail" value="no" checked={!mailed} /> never; I look here
        </label>
      </fieldset>
      <label class="field">
        <span>What is neither urgent nor risky</span>
        <select name="digest">
          {DIGESTS.map(([value, says]) => (
            <option value={value} selected={value === digest}>
              {says}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">Save</button>
    </form>
  );
}
