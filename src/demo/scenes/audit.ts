import { EXPORT_FORMAT, entryLine } from '../../audit/export.ts';
import { type VerifyReport, verifyExport } from '../../audit/verify.ts';
import type { AuditPage, AuditHead } from '../../contract/types.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Company } from '../company.ts';

const PAGE = 500;

/**
 * Reads a tenant's whole log as its auditor and verifies it offline: leaf hashes, chain, payload hashes, no gap, the receipts given
 * out today in their places, and every decision of the policy at hand run again.
 * @returns how many entries were found good
 */
export async function playAudit(company: Company, auditor: string, policy: Policy): Promise<number> {
  const { act, stage, tenant } = company;
  const receipts = stage.receipts.filter(({ log }) => log === tenant);
  const anchors = receipts.map(({ log, seq, tip, leaf_hash }) => ({
    source: `the receipt of D-${seq}`,
    log,
    seq,
    tip,
    leafHash: leaf_hash,
  }));
  let report: VerifyReport | undefined;
  const head: AuditHead = await act(`${auditor} takes the log of ${tenant}`, {}, auditor, 'GET', '/v1/audit/head');
  await stage.step(
    `${auditor} verifies it against the receipts of today (${receipts.length})`,
    verifyExport(exported(company, auditor, head), { anchors, replay: policy }).then((verified) => {
      report = verified;
      return { status: 200, body: verified };
    }),
    {
      wrong: ({ status, bad, logs }: VerifyReport) =>
        status !== 'ok' || logs[0]?.entries !== head.size
          ? `${status}: ${bad?.message ?? 'not all entries'}`
          : undefined,
    },
  );
  const { entries, anchored_through, decisions_replayed } = report!.logs[0]!;
  stage.say(
    `${entries} entries hold, proven up to ${anchored_through}; ${decisions_replayed} decisions run again, same answers.`,
  );
  return entries;
}

/** The log in the form of an export. Entries after the head are left for another day: others may use the service as well. */
async function* exported({ look, tenant }: Company, auditor: string, head: AuditHead): AsyncGenerator<Uint8Array> {
  const header = { format: EXPORT_FORMAT, log: tenant, size: head.size, tip: head.tip };
  yield Buffer.from(`${JSON.stringify({ ...header, exported_at: new Date().toISOString() })}\n`);
  for (let from: number | null = 0; from !== null && from < head.size;) {
    const page: AuditPage = (await look(auditor, 'GET', `/v1/audit/entries?from=${from}&limit=${PAGE}`)).body;
    for (const entry of page.entries) if (entry.seq < head.size) yield Buffer.from(`${entryLine(entry)}\n`);
    from = page.next_from;
  }
}
