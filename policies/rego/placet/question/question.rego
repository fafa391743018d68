# METADATA
# title: Question
# description: |
#   Hands the question to the one package that answers it. WASM has no rule index, so the topic is compared first and
#   only that package is evaluated.
# schemas:
#   - input: schema["decision-input"]
package placet.question

import data.placet.action
import data.placet.budget
import data.placet.campaign
import data.placet.creative
import data.placet.loop
import data.placet.onboarding
import data.placet.plan
import data.placet.reconciliation
import data.placet.revision
import data.placet.run

# METADATA
# scope: document
# description: denials, reviews, grants and what the record shows once applied
outcome := plan.outcome if action.row.topic == "plan"

outcome := revision.outcome if action.row.topic == "revision"

outcome := campaign.outcome if action.row.topic == "campaign"

outcome := budget.outcome if action.row.topic == "budget"

outcome := onboarding.outcome if action.row.topic == "onboarding"

outcome := reconciliation.outcome if action.row.topic == "reconciliation"

outcome := creative.outcome if action.row.topic == "creative"

outcome := run.outcome if action.row.topic == "run"

outcome := loop.outcome if action.row.topic == "loop"

# METADATA
# scope: document
# description: the ticket that the question needs, if it needs one
need := plan.need if action.row.topic == "plan"

need := revision.need if action.row.topic == "revision"

need := campaign.need if action.row.topic == "campaign"

need := budget.need if action.row.topic == "budget"

need := onboarding.need if action.row.topic == "onboarding"

need := reconciliation.need if action.row.topic == "reconciliation"

need := creative.need if action.row.topic == "creative"
