# METADATA
# title: Flag
# description: Something happened on a run that humans have to look at. Which red flag it raises, with which ticket, is said here.
# schemas:
#   - input: schema["flag-input"]
package placet.flag

import data.placet.reason
import data.placet.ticket

default answer := {"effect": "none", "reasons": []}

# METADATA
# title: Answer
# description: the red flag's ticket and why it is raised, in the shape of schemas/flag-answer.json
# entrypoint: true
answer := {"effect": "raise", "reasons": sort(_reasons), "ticket": ticket.spec(need)} if count(_reasons) > 0

# METADATA
# scope: document
# description: the ticket that the event needs; it locks the run tree and the task
need := {
	"type": "A8",
	"conditions": set(),
	"subject": $"{_words[input.loop.kind]}, attempt {input.loop.attempt}, run {_run.root_run_id}",
	"summary": $"{_run.agent} ({_run.model}) wants {_words[input.loop.kind]} number {input.loop.attempt} on task {_run.task_id} in run {_run.run_id}. {_used}. {_causes}",
	"blocks": _blocks,
} if {
	input.event == "loop.exhausted"
}

need := {
	"type": "A9",
	"conditions": set(),
	"subject": $"{input.cost.actual_usd} USD spent of {input.cost.estimate_usd} USD estimated, run {_run.root_run_id}",
	"summary": $"{_run.agent} ({_run.model}) works on task {_run.task_id}. {_spent}",
	"blocks": _blocks,
} if {
	input.event == "cost.tripped"
}

need := {
	"type": "A8",
	"conditions": set(),
	"subject": $"runs on task {_run.task_id}, {input.task.counter.used} in {input.task.window_hours} hours",
	"summary": $"{_run.agent} ({_run.model}) wants run {_run.run_id} on task {_run.task_id}, on which {input.task.counter.used} of {input.task.counter.ceiling} runs have begun in {input.task.window_hours} hours.",
	"blocks": [$"task/{_run.task_id}"],
} if {
	input.event == "task.exhausted"
}

# METADATA
# title: Task exhausted
# custom:
#   code: flag.task_exhausted
task_exhausted contains reason.far("flag.task_exhausted", message, $"{input.task.counter.used}", $"{input.task.counter.ceiling}", "runs") if {
	input.event == "task.exhausted"
	message := $"Task {_run.task_id} is begun anew again and again: {input.task.counter.used} of {input.task.counter.ceiling} runs in {input.task.window_hours} hours."
}

# METADATA
# title: Cost Guard tripped
# custom:
#   code: flag.cost_tripped
cost_tripped contains reason.far("flag.cost_tripped", message, input.cost.actual_usd, input.cost.limit_usd, "USD") if {
	input.event == "cost.tripped"
	message := $"The run has spent {input.cost.actual_usd} USD, {input.cost.times} times what was estimated."
}

# METADATA
# title: Loop exhausted
# custom:
#   code: flag.loop_exhausted
loop_exhausted contains reason.far("flag.loop_exhausted", message, $"{counter.used}", $"{counter.ceiling}", "steps") if {
	input.event == "loop.exhausted"
	some name in input.loop.exhausted
	counter := input.loop.counters[name]
	message := $"The ceiling of {_words[name]} is reached without a resolution: {counter.used} of {counter.ceiling}."
}

_run := input.run

_spent := $"Estimated at {input.cost.estimate_usd} USD, it has spent {input.cost.actual_usd} USD: {input.cost.times} times. The guard trips at {input.cost.multiplier} times, which is {input.cost.limit_usd} USD."

_blocks := sort({$"run/{_run.root_run_id}", $"task/{_run.task_id}"})

_reasons contains one if some one in loop_exhausted

_reasons contains one if some one in cost_tripped

_reasons contains one if some one in task_exhausted

# By name in a fixed order: evaluators differ in the order of an object's keys.
_used := concat(", ", [
	$"QC correction {_counters.qc_correction.used} of {_counters.qc_correction.ceiling}",
	$"tool round {_counters.tool_round.used} of {_counters.tool_round.ceiling}",
	$"orchestrator retry {_counters.orchestrator_retry.used} of {_counters.orchestrator_retry.ceiling}",
	$"steps in all {_counters.global.used} of {_counters.global.ceiling}",
])

_counters := input.loop.counters

_causes := "No causes were given." if count(input.loop.causes) == 0

_causes := concat("", ["Causes: ", concat(", ", [$"{one.code} ({one.count})" | some one in input.loop.causes]), "."]) if {
	count(input.loop.causes) > 0
}

_words := {
	"qc_correction": "QC correction",
	"tool_round": "tool round",
	"orchestrator_retry": "orchestrator retry",
	"step": "step",
	"global": "steps in all",
}
