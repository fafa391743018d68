# METADATA
# title: Campaign
# description: Launching a campaign. The first go-live needs a human (A2) where the tenant wants one; the record says which is the first.
# schemas:
#   - input: schema["decision-input"]
package placet.campaign

import data.placet.reason

# METADATA
# description: what this package says about the question
outcome := {"denials": denials, "reviews": _reviews, "grants": _grants, "on_applied": [{"op": "campaign.launched"}]}

# METADATA
# description: the ticket that the question needs
need := {
	"type": "A2",
	"conditions": set(),
	"subject": $"launch {_campaign.name}",
	"summary": $"First go-live of campaign {_campaign.id}, {_campaign.name}, on {_campaign.platform}, under plan {_campaign.plan_version}.",
	"blocks": [$"campaign/{_campaign.id}"],
}

# METADATA
# description: what stops any change of this campaign
denials contains plan_not_approved

# METADATA
# title: Campaign without an approved plan
# custom:
#   code: campaign.plan_not_approved
plan_not_approved := reason.of(
	"campaign.plan_not_approved",
	$"Campaign {_campaign.name} runs under plan {_campaign.plan_version}, which is {_campaign.plan_state}, not approved.",
) if {
	_campaign
	not _plan_approved
}

# METADATA
# title: First launch
# custom:
#   code: campaign.first_launch
first_launch := reason.of("campaign.first_launch", $"Campaign {_campaign.name} has never gone live; its first launch needs a human.") if {
	_campaign
	not _campaign.launched
	not _unattended
}

# METADATA
# title: Relaunch
# custom:
#   code: campaign.relaunch
relaunch := reason.of("campaign.relaunch", $"Campaign {_campaign.name} has gone live before.") if _campaign.launched

# METADATA
# title: Launch without a human
# custom:
#   code: campaign.launch_unattended
launch_unattended := reason.of("campaign.launch_unattended", $"First launch of campaign {_campaign.name}; this tenant needs no human for it.") if {
	not _campaign.launched
	_unattended
}

_campaign := input.facts.campaign

_plan_approved if _campaign.plan_state == "approved"

_unattended if input.tenant.config.approval_policy.first_launch_requires_human == false

_reviews contains first_launch

_grants contains relaunch

_grants contains launch_unattended
