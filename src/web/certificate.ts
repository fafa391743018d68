import { Problem, notFound } from '../contract/problem.ts';
import type { TripCertificate } from '../contract/types.ts';
import type { Sql } from '../db/postgres.ts';
import { buildCertificate } from '../runs/cost/certificate.ts';
import { listCostEntries } from '../runs/cost/store.ts';
import type { AccountRow } from '../runs/cost/tables.ts';

const ENTRIES_MAX = 20_000;

/** The certificate of a run tree's last trip. @throws Problem 404 when it never tripped, 409 `certificate.too_long` */
export async function certificateOf(
  sql: Sql,
  tenant: string,
  { root_run_id, trip_seq }: Pick<AccountRow, 'root_run_id' | 'trip_seq'>,
): Promise<TripCertificate> {
  if (trip_seq === null) throw notFound('trip certificate');
  const entries = await listCostEntries(sql, tenant, root_run_id, trip_seq, ENTRIES_MAX + 1);
  if (entries.length > ENTRIES_MAX)
    throw new Problem(
      409,
      'certificate.too_long',
      `The trip rests on more than ${ENTRIES_MAX} entries: verify an audit export.`,
    );
  return buildCertificate(tenant, entries);
}
