# METADATA
# title: Run
# description: |
#   May this run start? A child run joins its parent's tree and counts there, so that a sub-agent has no budget of its own. What an open red
#   flag locks is denied by placet.block.
# schemas:
#   - input: schema["decision-input"]
package placet.run

import data.placet.ceiling
import data.placet.estimate
import data.placet.reason

# METADATA
# description: what this package says about the question
outcome := {
	"denials": _denials,
	"reviews": set(),
	"grants": _grants,
	"on_applied": [],
	"on_allow": [{"op": "run.started"}],
	"on_deny": _on_deny,
}

# METADATA
# title: Run without a shape
# custom:
#   code: run.start_malformed
start_malformed := reason.of(
	"run.start_malformed",
	"A run says its task_id, main_task_id, agent and model, as in schemas/run-request.json.",
) if {
	not _start
}

# METADATA
# title: Run exists
# custom:
#   code: run.exists
exists := reason.of("run.exists", $"Run {input.resource.id} was started already, as something else.") if {
	input.facts.run.id == input.resource.id
}

# METADATA
# title: Unknown parent
# custom:
#   code: run.parent_unknown
parent_unknown := reason.of("run.parent_unknown", $"There is no run {_start.parent_run_id}.") if {
	_start.parent_run_id
	not _parent_held
}

# METADATA
# title: Not for this agent
# description: an agent starts runs of its own, and sub-agents' runs under runs of its own; a service starts any
# custom:
#   code: run.not_own
not_own := reason.of("run.not_own", $"{input.subject.id} cannot start a run of {_start.agent} here.") if {
	_start
	not _own
}

# METADATA
# title: Parent aborted
# custom:
#   code: run.parent_aborted
parent_aborted := reason.of("run.parent_aborted", $"Run tree {_parent.root_run_id} was aborted; nothing starts in it.") if {
	_parent.state == "aborted"
}

# METADATA
# title: Too deep
# custom:
#   code: run.too_deep
too_deep := reason.far(
	"run.too_deep",
	$"Runs may be nested {data.placet.run.depth_max} deep.",
	$"{_parent.depth}",
	$"{data.placet.run.depth_max}",
	"levels",
) if {
	_parent.depth >= data.placet.run.depth_max
}

# METADATA
# title: Too many children
# custom:
#   code: run.too_many_children
too_many_children := reason.far(
	"run.too_many_children",
	$"Run {_parent.id} has {_parent.children} child runs already.",
	$"{_parent.children}",
	$"{data.placet.run.children_max}",
	"runs",
) if {
	_parent.children >= data.placet.run.children_max
}

# METADATA
# title: Tree too large
# custom:
#   code: run.tree_too_large
tree_too_large := reason.far(
	"run.tree_too_large",
	$"Run tree {_parent.root_run_id} has {_parent.runs_total} runs already.",
	$"{_parent.runs_total}",
	$"{data.placet.run.runs_max}",
	"runs",
) if {
	_parent.runs_total >= data.placet.run.runs_max
}

# METADATA
# title: Task exhausted
# description: a fresh run has fresh counters, so a task has a ceiling of runs, over all of its trees
# custom:
#   code: run.task_exhausted
task_exhausted := reason.far(
	"run.task_exhausted",
	$"{_task_runs.used} of {_task_runs.ceiling} runs on task {_start.task_id} have begun in {ceiling.task_window_hours} hours; the ceiling is the {_task_runs.source}'s.",
	$"{_task_runs.used}",
	$"{_task_runs.ceiling}",
	"runs",
) if {
	_task_runs.left == 0
}

# METADATA
# title: Task closed
# custom:
#   code: run.task_closed
task_closed := reason.of("run.task_closed", $"A human has closed task {_start.task_id}; no run begins on it.") if {
	input.facts.task.state == "closed"
}

# METADATA
# title: Estimate too large
# custom:
#   code: run.estimate_too_large
estimate_too_large := reason.far(
	"run.estimate_too_large",
	"An agent may not estimate its own run at that much; a service, an operator or an admin may.",
	$"{object.get(input.facts, "estimate_micro_usd", "unknown")}",
	$"{estimate.limit(input.tenant.config.cost_guard_policy)}",
	"millionths of a USD",
) if {
	_start.estimate
	not _estimate_fits
}

# METADATA
# title: Run may start
# custom:
#   code: run.startable
startable := reason.of("run.startable", $"Run {input.resource.id} may start on task {_start.task_id}.") if {
	_start
	_counted
}

_start := input.facts.run_start

_parent := input.facts.parent_run

_task_runs := ceiling.task_runs(input.tenant.config.loop_policy, input.facts.task)

# A run that stays on its parent's task counts in the tree. Any other enters the task, and needs room there.
_counted if _parent.task_id == _start.task_id

_counted if _task_runs.left > 0

_on_deny := [{"op": "task.exhausted", "task_runs": _task_runs, "window_hours": ceiling.task_window_hours} |
	_denials == {task_exhausted}
]

_parent_held if _parent.id == _start.parent_run_id

# In a rule of its own, so that an amount that is not there stops as well.
_estimate_fits if estimate.fits(input.caller.kind, input.tenant.config.cost_guard_policy, input.facts.estimate_micro_usd)

_own if input.subject.type == "service"

_own if {
	not _start.parent_run_id
	_start.agent == input.subject.id
}

_own if input.subject.id in {_parent.agent, _parent.requested_by}

_denials contains start_malformed

_denials contains exists

_denials contains parent_unknown

_denials contains not_own

_denials contains parent_aborted

_denials contains too_deep

_denials contains too_many_children

_denials contains tree_too_large

_denials contains estimate_too_large

_denials contains task_exhausted

_denials contains task_closed

_grants contains startable
