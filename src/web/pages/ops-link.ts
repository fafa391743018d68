/** Where the System Ops Dashboard shows a run: `{run_id}` in its URL stands for the run, or it has a page for each. Null: none is configured. */
export function opsLink(systemOpsUrl: string | null, runId: string): string | null {
  if (systemOpsUrl === null) return null;
  const run = encodeURIComponent(runId);
  return /\{run_id\}/.test(systemOpsUrl) ? systemOpsUrl.replaceAll('{run_id}', run) : `${systemOpsUrl}/runs/${run}`;
}
