# METADATA
# title: Estimate
# description: |
#   How much an agent may say that its own run is going to cost. The Cost Guard measures spend against the estimate, so who estimates a
#   million is not guarded. Services and humans answer for what they say.
package placet.estimate

import data.placet.config

# METADATA
# scope: document
# description: does this caller's estimate, in whole millionths of a USD, keep to the bound?
fits(kind, _, amount) if {
	is_number(amount)
	not kind in data.placet.estimate.bounded_kinds
}

fits(_, cost_guard_policy, amount) if {
	is_number(amount)
	amount <= limit(cost_guard_policy)
}

# METADATA
# description: the stricter of the tenant's bound and policy's, in millionths of a USD
limit(cost_guard_policy) := min([_hard, object.get(cost_guard_policy, _field, _hard)]) * 10000

_field := "agent_estimate_max_usd_cents"

_hard := row.at_most if {
	some row in config.ceilings
	row.path == ["cost_guard_policy", _field]
}
