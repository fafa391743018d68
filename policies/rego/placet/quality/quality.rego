# METADATA
# title: Quality
# description: What agents, models and tasks in alert want to do goes to a human first, where the tenant wants that.
# schemas:
#   - input: schema["decision-input"]
package placet.quality

import data.placet.reason

# METADATA
# description: why the question needs a human though its own topic may not ask for one
reviews contains reason.of("quality.in_alert", message) if {
	_wanted
	input.action.name in data.placet.qc.reviewed_actions
	some alert in input.facts.qc_alerts
	message := $"QC success of {alert.kind} {alert.name} is under the floor since {alert.since}; a human must look at this first."
}

_wanted if object.get(input.tenant.config.qc_threshold_policy, "review_in_alert", data.placet.qc.review_in_alert_default)
