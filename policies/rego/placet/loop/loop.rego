# METADATA
# title: Loop
# description: |
#   May the agent take one more step? A step needs room in the counter of its kind and in that of the whole run tree. `max n` lets n in; the
#   next one is denied and raises a red flag (A8), one for each epoch of the tree.
# schemas:
#   - input: schema["decision-input"]
package placet.loop

import data.placet.ceiling
import data.placet.reason

# METADATA
# description: what this package says about the question
outcome := {
	"denials": _denials,
	"reviews": set(),
	"grants": _grants,
	"on_applied": [],
	"answered": {"counters": _counters_after},
	"on_allow": [{"op": "run.step_admitted"}],
	"on_deny": _on_deny,
}

# METADATA
# title: Step without a shape
# custom:
#   code: loop.step_malformed
step_malformed := reason.of(
	"loop.step_malformed",
	"A step says its kind, its step_id and, if it has one, its cause, as in schemas/run-step-request.json.",
) if {
	not input.facts.step
}

# METADATA
# title: Not the run's agent
# description: only the run's agent, the one who started it, or a service, takes steps in it
# custom:
#   code: loop.not_own_run
not_own_run := reason.of("loop.not_own_run", $"{input.subject.id} neither started run {_run.id} nor works on it.") if {
	not _own
}

# METADATA
# title: Run aborted
# custom:
#   code: loop.aborted
aborted := reason.of("loop.aborted", $"Run tree {_run.root_run_id} was aborted; nothing proceeds in it.") if _run.state == "aborted"

# METADATA
# title: Loop exhausted
# custom:
#   code: loop.exhausted
exhausted contains reason.far("loop.exhausted", message, $"{counter.used}", $"{counter.ceiling}", "steps") if {
	some name in _exhausted
	counter := _counters[name]
	message := $"{counter.used} of {counter.ceiling} {_words[name]} are used in run tree {_run.root_run_id}; the ceiling is the {counter.source}'s."
}

# METADATA
# title: Room left
# custom:
#   code: loop.room_left
room_left := reason.of("loop.room_left", $"Step {input.facts.step.step_id} of run {_run.id} is within the ceilings.") if {
	count(_counters) == 4
	input.facts.step
	count(_exhausted) == 0
}

_run := input.facts.run

_counters := ceiling.of(input.tenant.config.loop_policy, _run.counters)

_exhausted := ceiling.exhausted(_counters, input.facts.step.kind)

# By effect: as they are if the step is not admitted.
_counters_after["allow"] := ceiling.of(input.tenant.config.loop_policy, ceiling.after(_run.counters, input.facts.step.kind))

_counters_after["deny"] := _counters

# Only what is wrong with the loop itself raises a flag: a stranger's step on this run does not.
_on_deny := [{"op": "loop.exhausted", "exhausted": sort(_exhausted)} |
	count(_exhausted) > 0
	_denials == exhausted
	not _run.flagged
]

_own if input.subject.type == "service"

_own if input.subject.id in {_run.agent, _run.requested_by}

_words := {
	"qc_correction": "QC corrections",
	"tool_round": "tool rounds",
	"orchestrator_retry": "orchestrator retries",
	"global": "steps in all",
}

_denials contains step_malformed

_denials contains not_own_run

_denials contains aborted

_denials contains denial if some denial in exhausted

_grants contains room_left
