# METADATA
# title: Decision
# description: |
#   May I proceed? Any denial denies. Else any review needs a human, unless an approval of this very question is shown. Else a grant
#   must say why it may proceed: what no rule grants is denied.
# schemas:
#   - input: schema["decision-input"]
package placet.decision

import data.placet.action
import data.placet.approval
import data.placet.block
import data.placet.quality
import data.placet.question
import data.placet.resource
import data.placet.subject
import data.placet.ticket

default answer := {
	"effect": "deny",
	"reasons": [{
		"code": "decision.undecided",
		"message": "No rule of the policy allows this.",
		"rule": "data.placet.decision.answer",
	}],
	"obligations": [],
	"consume_permit": false,
	"on_applied": [],
	"draws": [],
}

# METADATA
# title: Answer
# description: the decision, in the shape of schemas/decision-answer.json
# entrypoint: true
answer := _answer("deny", _denials | _reviews, object.union(_answered("deny"), _on_deny)) if count(_denials) > 0

answer := _answer("review", _reviews | approval.notices, {"ticket": ticket.spec(question.need)}) if {
	count(_denials) == 0
	_needs_human
	not approval.accepted
}

answer := _answer("allow", _reviews | {approval.proceed}, _applied(true)) if {
	count(_denials) == 0
	_needs_human
	approval.accepted
}

answer := _answer("allow", question.outcome.grants, object.union(_applied(false), object.union(_answered("allow"), _on_allow))) if {
	count(_denials) == 0
	not _needs_human
	count(question.outcome.grants) > 0
}

_answer(effect, reasons, more) := object.union(
	{
		"effect": effect,
		"reasons": sort(reasons),
		"obligations": [],
		"consume_permit": false,
		"on_applied": [],
		"draws": [],
	},
	more,
)

# What a topic adds to the answer, and has recorded with it: counters, a run, a step, a red flag.
_answered(effect) := {name: by_effect[effect] | some name, by_effect in question.outcome.answered}

_on_allow["on_decided"] := question.outcome.on_allow

# Only what the topic itself denies is a matter of the topic: who may not ask at all has no flag raised for it.
_on_deny["on_decided"] := question.outcome.on_deny if {
	count(question.outcome.on_deny) > 0
	_denials == question.outcome.denials
}

_applied(consume) := {
	"on_applied": question.outcome.on_applied,
	"obligations": array.concat(_obligations, _kept(consume)),
	"consume_permit": consume,
	"draws": object.get(question.outcome, "draws", []),
}

_obligations := [{
	"type": "report_outcome",
	"message": "Report to Placet whether the action was applied, so that the record shows the live state.",
} |
	count(question.outcome.on_applied) > 0
]

_kept(true) := approval.obligations

_kept(false) := []

_needs_human if count(_reviews) > 0

default _reviews := set()

_reviews := question.outcome.reviews | quality.reviews

_denials contains action.unknown

_denials contains subject.not_caller

_denials contains resource.wrong_type

_denials contains resource.unknown

_denials contains denial if some denial in block.open_ticket

_denials contains denial if some denial in block.red_flag

_denials contains block.run_unknown

_denials contains denial if some denial in question.outcome.denials

_denials contains denial if {
	_needs_human
	some denial in approval.denials
}
