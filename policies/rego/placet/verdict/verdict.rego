# METADATA
# title: Verdict
# description: |
#   Who may do what to a ticket. Votes are humans'; one human fills one slot; nobody approves what is their own; an empty slot never
#   counts as approved; a rejection is final.
# schemas:
#   - input: schema["verdict-input"]
package placet.verdict

import data.placet.reason

default answer := {
	"effect": "deny",
	"reasons": [{
		"code": "verdict.undecided",
		"message": "No rule of the policy allows this.",
		"rule": "data.placet.verdict.answer",
	}],
}

# METADATA
# title: Answer
# description: the verdict's effect and the ticket's state after it, in the shape of schemas/verdict-answer.json
# entrypoint: true
answer := {"effect": "deny", "reasons": sort(denials)} if count(denials) > 0

answer := object.union_n([{"effect": "allow", "reasons": [], "outcome": outcome}, _slot, _proxy, _narrowing]) if count(denials) == 0

# METADATA
# scope: document
# description: the ticket's state after this verdict
outcome := data.placet.verdict.actions[input.verdict.action].outcome

outcome := input.ticket.state if data.placet.verdict.actions[input.verdict.action].unchanged

outcome := "approved" if {
	input.verdict.action == "approve"
	complete
}

outcome := "pending" if {
	input.verdict.action == "approve"
	not complete
}

_slot := {"slot": chosen} if input.verdict.action == "approve"

_slot := {} if input.verdict.action != "approve"

default _proxy := {}

_proxy := {"on_behalf_of": on_behalf_of}

default _narrowing := {}

_narrowing := {"narrowing": narrowing} if _with_terms

# METADATA
# scope: document
# description: everything that is wrong with this verdict
denials contains not_human

denials contains wrong_state

denials contains self_approval

denials contains already_voted

denials contains stead_of_party

denials contains slot_unknown

denials contains slot_filled

denials contains role_missing

denials contains not_entitled

denials contains not_requester

denials contains away

denials contains claim_too_long

denials contains not_claimer

denials contains terms_not_here

denials contains terms_unknown

denials contains comment_missing

denials contains resolution_unfit

denials contains allowance_missing

denials contains denial if some denial in allowance_over_ceiling

denials contains epochs_exhausted

# METADATA
# title: Not a human
# description: agents and services never vote
# custom:
#   code: verdict.not_human
not_human := reason.of("verdict.not_human", $"A {input.voter.kind} cannot {_verb} a ticket; a human must.") if {
	not _human_if_needed
}

# METADATA
# title: Wrong state
# custom:
#   code: verdict.wrong_state
wrong_state := reason.of("verdict.wrong_state", $"Ticket {input.ticket.id} is {input.ticket.state}; nobody can {_verb} it now.") if {
	not _right_state
}

_human_if_needed if input.voter.kind == "human"

_human_if_needed if not data.placet.verdict.actions[input.verdict.action].votes

_right_state if input.ticket.state in data.placet.verdict.actions[input.verdict.action].states

_verb := replace(input.verdict.action, "_", " ")
