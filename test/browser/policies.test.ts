import { afterAll, beforeAll, expect, test } from 'vitest';
import { STANDARD_CONFIG } from '../../src/tenants/standard-config.ts';
import { type Agency, openAgency } from '../support/agency.ts';
import { type Stage, checkAccessible, openStage, signIn } from './support.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  const config = structuredClone(STANDARD_CONFIG);
  config.approval_policy.auto_approve_optimization_under_pct = 5;
  config.sla_policy = { targets: { A3: 30 } };
  const acme: Agency = await openAgency(stage.service, 'acme', config);
  expect(acme.tenant).toBe('acme');
});
afterAll(() => stage?.close());

test('the policy in force is told in words, and what the tenant has of it', async () => {
  const { page, context, errors } = await signIn(stage, 'acme', 'olga', { javaScriptEnabled: false });
  const response = await page.goto('/policies');
  expect((await response!.body()).length).toBeLessThan(300_000);
  expect(await page.getByText(stage.service.policy.revision).isVisible()).toBe(true);
  const row = (name: string) => page.getByRole('row').filter({ hasText: name }).first().innerText();
  expect(await row('Spend guardrail breach')).toMatch(/operator[\s\S]*client when[\s\S]*30 min \(the tenant’s\)/);
  expect(await row('Changes under so many per cent need nobody')).toMatch(/at most 10\s+5\s+the tenant’s, stricter/);
  expect(await row('When a ceiling is reached')).toMatch(/only red_flag_a8\s+red_flag_a8\s+policy’s/);
  expect(await row('compliance.health_disease_claim')).toMatch(/blocked[\s\S]*21 CFR 101\.93/);
  await page.getByText('Budget', { exact: false }).and(page.locator('summary')).first().click();
  expect(await page.locator('#rules-budget').innerText()).toMatch(/Step over the guardrail\s*asks a human/);
  expect(errors).toEqual([]);
  await context.close();
});

test('a search finds rules, sources and limits by their words, and says when there are none', async () => {
  const { page, context } = await signIn(stage, 'acme', 'olga');
  await page.goto('/policies');
  await page.getByRole('searchbox').fill('21 CFR');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.waitForURL('**/policies?q=21+CFR');
  expect(await page.getByText('compliance.health_disease_claim').isVisible()).toBe(true);
  expect(await page.getByText('Media plan approval').count()).toBe(0);
  await checkAccessible(page);
  await page.goto('/policies?q=<script>window.pwned=1</script>');
  expect(await page.getByRole('status').innerText()).toContain('Nothing fits “<script>window.pwned=1</script>”');
  await checkAccessible(page);
  await context.close();
});
