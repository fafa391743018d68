import { emptyTip } from '../../src/audit/entry.ts';
import { MissingFacts, type Tx, emptyFacts, factName, openBatch, runCommand } from '../../src/audit/view.ts';
import type { TenantConfig } from '../../src/contract/types.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { createTenant } from '../../src/tenants/tenants.ts';
import { CONFIG, OPERATOR } from '../support/agency.ts';

/** A tenant in memory: commands run on it one after the other, and what the database would have to be asked for is not there. */
export function createMemory(policy: Policy, config: TenantConfig = CONFIG) {
  const facts = emptyFacts(0, emptyTip('acme'));
  const batch = openBatch('acme', facts);
  let salts = 0;
  const memory = {
    now: '2026-03-02T09:00:00.000Z',
    entries: batch.entries,
    run<T>(command: (tx: Tx) => T): T {
      for (;;)
        try {
          return runCommand(batch, memory.now, () => Buffer.alloc(16, salts++), command);
        } catch (error) {
          if (!(error instanceof MissingFacts)) throw error;
          for (const need of error.needs)
            if (need.kind === 'row') facts.rows.set(factName(need.table.name, need.key), null);
            else facts.finds.set(factName(need.index.name, need.key), new Set());
        }
    },
  };
  memory.run((tx) => createTenant(tx, policy, OPERATOR, { name: 'Acme', vertical: 'health', config }));
  return memory;
}
