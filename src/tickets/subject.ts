import type { Tx } from '../audit/view.ts';
import { canonicalHash } from '../contract/canonical.ts';
import { type Difference, differences } from '../plans/differences.ts';
import { type Held, type Question, heldFacts } from '../plans/facts.ts';
import { creativeTable, planTable } from '../plans/tables.ts';
import type { Subject } from './tables.ts';

/**
 * What an approval of this question is bound to, as of the record now. Circumstances (`context`: run, task, approval)
 * are left out, so that the agent can ask again from another run; who, what and on what basis are all in.
 */
export function subjectOf(question: Question, held: Held): Subject {
  const { subject, action, resource } = question;
  return { subject, action, resource, base: held.base };
}

/** `sha256(JCS(…))` of the subject in its tenant: equal exactly when the same thing is asked on the same basis. */
export function subjectHash(tenant: string, subject: Subject): string {
  const { action, resource, base } = subject;
  return canonicalHash({ v: 1, tenant, subject: subject.subject, action, resource, base });
}

/** The hash of a ticket's question as of the record now; another one than the ticket's when its basis has changed. */
export function currentSubjectHash(tx: Tx, asked: Subject): string {
  return subjectHash(tx.log, subjectOf(asked, heldFacts(tx, asked)));
}

/** The recorded content that the question is about: of a plan version or a creative. */
export function payloadOf(tx: Tx, { facts }: Held): object | undefined {
  if (facts.plan) return tx.get(planTable, facts.plan.version)!.payload;
  return facts.creative && tx.get(creativeTable, facts.creative.id)!.content;
}

/** What would change, as structured differences: of a change the field, of a plan revision the payloads, else what is asked. */
export function previewDiff(tx: Tx, question: Question, { facts }: Held): Difference[] {
  if (facts.change) {
    const { field, before, after } = facts.change;
    return [{ path: `/live/${field}`, before, after }];
  }
  if (facts.campaign) {
    const { name, platform, plan_version, approved, live } = facts.campaign;
    return differences({}, { name, platform, plan_version, approved, live });
  }
  if (facts.plan) {
    const after = tx.get(planTable, facts.plan.version)!.payload;
    const before = facts.base_plan ? tx.get(planTable, facts.base_plan.version)!.payload : {};
    return differences(before, after);
  }
  if (facts.creative) {
    const { headline, body, audience, attributes } = facts.creative;
    return differences({}, { headline, body, audience, attributes });
  }
  return differences({}, { ...question.resource.properties, ...question.action.properties });
}
