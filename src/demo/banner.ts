import type { DecisionRequest } from '../contract/types.ts';
import { LINK_MINUTES_MAX } from '../web/session/links.ts';
import { AGENCY } from './cast.ts';
import type { Tokens } from './tokens.ts';

/** The first question of the README: may the agent execute the first media plan? */
const FIRST_QUESTION: DecisionRequest = {
  subject: { type: 'agent', id: 'media-planner' },
  action: { name: 'plan.execute' },
  resource: { type: 'plan', id: '1' },
};

/** The README's curl line, with a token in it. */
export function firstCurl(url: string, token: string): string {
  return [
    `curl -s ${url}/v1/decisions \\`,
    `  -H 'Authorization: Bearer ${token}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${JSON.stringify(FIRST_QUESTION)}'`,
  ].join('\n');
}

/**
 * What the start prints: where the service is, who can be, and a line to paste.
 * @param signInPath gives the path of a one-time link for a person in these tenants; null where an identity provider lets people in
 */
export function banner(
  url: string,
  where: string,
  tokens: Tokens | null,
  signInPath: ((tenants: string[], person: string) => string) | null = null,
): string {
  const lines = ['', `Placet ${url}`, `${where} · Ctrl-C stops it`];
  for (const { id, name, config, cast } of tokens ? AGENCY : []) {
    const known = cast.filter((member) => tokens![id]?.[member.id]);
    const { vertical_compliance_profile, auto_approve_optimization_under_pct } = config.approval_policy;
    lines.push(
      '',
      `${name} · tenant ${id} · ${vertical_compliance_profile} · guardrail ${auto_approve_optimization_under_pct} %`,
    );
    for (const member of known)
      lines.push(`  ${(member.roles[0] ?? member.kind).padEnd(9)}${member.id.padEnd(17)}${tokens![id]![member.id]}`);
    if (known.length < cast.length)
      lines.push('  Other tokens were lost with demo-tokens.json; make new ones with: placet token create');
  }
  if (tokens && signInPath) {
    lines.push('', `The dashboard, as whom? Each link signs in once, within ${LINK_MINUTES_MAX} minutes:`);
    for (const [person, { role, tenants }] of humans())
      lines.push(`  ${role.padEnd(9)}${person.padEnd(8)}${url}${signInPath(tenants, person)}`);
  }
  const first = tokens?.[AGENCY[0]!.id]?.[FIRST_QUESTION.subject.id];
  if (first) lines.push('', 'May the agent execute plan 1? Ask:', '', firstCurl(url, first));
  if (tokens) lines.push('', 'A day at the agency: npm run demo');
  return `${lines.join('\n')}\n`;
}

/** Each person of the demo with the tenants that they work for. */
function humans(): Map<string, { role: string; tenants: string[] }> {
  const people = new Map<string, { role: string; tenants: string[] }>();
  for (const { id: tenant, cast } of AGENCY)
    for (const { kind, id, roles } of cast)
      if (kind === 'human')
        people.set(id, { role: roles[0] ?? kind, tenants: [...(people.get(id)?.tenants ?? []), tenant] });
  return people;
}
