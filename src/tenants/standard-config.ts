import type { TenantConfig } from '../contract/types.ts';

/** The specification's own configuration: every value at its ceiling, and the strictest compliance profile. */
export const STANDARD_CONFIG: TenantConfig = {
  approval_policy: {
    first_launch_requires_human: true,
    auto_approve_optimization_under_pct: 10,
    client_must_approve_budget_increase: true,
    vertical_compliance_profile: 'health_strict',
  },
  loop_policy: {
    qc_correction_max: 2,
    tool_rounds_max: 5,
    orchestrator_retry_max: 1,
    global_steps_per_run_id_max: 8,
    on_exhaustion: 'red_flag_a8',
  },
  cost_guard_policy: { trip_multiplier: 3, block_on_trip: true },
  qc_threshold_policy: { success_floor: 0.8, window_hours: 24, min_sample_global: 20 },
};
