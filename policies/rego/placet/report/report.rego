# METADATA
# title: Report
# description: Who may report on the quality of whose work, and that it agrees with the record.
# schemas:
#   - input: schema["report-input"]
package placet.report

import data.placet.reason

# METADATA
# title: Answer
# description: whether the report is taken, in the shape of schemas/report-answer.json
# entrypoint: true
answer := {"effect": "deny", "reasons": sort(denials)} if count(denials) > 0

answer := {"effect": "allow", "reasons": []} if count(denials) == 0

# METADATA
# scope: document
# description: everything that is wrong with the report
denials contains own_work

denials contains run_mismatch

denials contains in_future

# METADATA
# title: Own work
# description: nobody passes its own work
# custom:
#   code: report.own_work
own_work := reason.of("report.own_work", $"{input.caller.id} cannot report on its own work.") if not _others_work

# METADATA
# title: Not what the run is
# description: a fact that the service holds beats what is reported
# custom:
#   code: report.run_mismatch
run_mismatch := reason.of("report.run_mismatch", $"Run {input.report.run_id} is on record otherwise: {concat(", ", sort(_differences))}.") if {
	count(_differences) > 0
}

# METADATA
# title: Dated in the future
# custom:
#   code: report.in_future
in_future := reason.of("report.in_future", $"The report is dated after {input.now}.") if input.in_future

_others_work if input.caller.id != input.report.agent

_differences contains field if {
	some field, value in input.run
	input.report[field] != value
}
