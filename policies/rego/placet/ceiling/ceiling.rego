# METADATA
# title: Ceiling
# description: |
#   How often an agent may repeat a step. The stricter of the tenant's ceiling and policy's holds, and humans may grant more by the step.
#   Counters are never zeroed.
# schemas:
#   - input: schema["ceiling-input"]
package placet.ceiling

# METADATA
# title: Answer
# description: the counters with their ceilings, in the shape of schemas/ceiling-answer.json
# entrypoint: true
answer := {"counters": of(input.loop_policy, input.counters)}

# METADATA
# description: each counter with its ceiling, what is left of it and whose it is
of(loop_policy, counts) := {kind: _counter(object.get(loop_policy, row.field, _unsaid(row)), _hard(row.field), counts[kind]) |
	some kind, row in data.placet.ceiling.counters
}

# METADATA
# description: how many runs have entered the task in the window, with the ceiling; a human's grants count for as long
task_runs(loop_policy, task) := of(loop_policy, {"task_runs": tally}).task_runs if {
	tally := {
		"used": count([age | some age in task.run_ages_seconds; _recent(age)]),
		"granted": sum([grant.count | some grant in task.grants; _recent(grant.age_seconds)]),
	}
}

_recent(age) if age < data.placet.ceiling.task_window_hours * 3600

# METADATA
# description: the counters after one more step of this kind
after(counts, kind) := {name: _one_more(tally, name in {kind, "global"}) | some name, tally in counts}

# METADATA
# description: the counters that a step of this kind needs room in, and has none
exhausted(counters, kind) := {name |
	some name in {kind, "global"}
	counters[name].left == 0
}

_counter(tenant, hard, tally) := {
	"used": tally.used,
	"granted": tally.granted,
	"ceiling": ceiling,
	"left": max([ceiling - tally.used, 0]),
	"hard_ceiling": hard,
	"source": _source(tenant, hard),
} if {
	ceiling := min([tenant, hard]) + tally.granted
}

# What a tenant does not say is none, unless it need not say it.
_unsaid(row) := 0 if not row.optional

_unsaid(row) := _hard(row.field) if row.optional

_source(tenant, hard) := "tenant" if tenant < hard

_source(tenant, hard) := "policy" if tenant >= hard

_hard(field) := row.at_most if {
	some row in data.placet.config.ceilings
	row.path == ["loop_policy", field]
}

_one_more(tally, true) := object.union(tally, {"used": tally.used + 1})

_one_more(tally, false) := tally
