# METADATA
# title: Subject
# description: For whom a caller may ask.
# schemas:
#   - input: schema["decision-input"]
package placet.subject

import data.placet.reason

# METADATA
# title: Subject is not the caller
# description: agents and humans ask only for themselves; a service may ask for another
# custom:
#   code: subject.not_caller
not_caller := reason.of("subject.not_caller", $"{input.caller.kind} {input.caller.id} cannot ask for {input.subject.type} {input.subject.id}.") if {
	not _may_ask
}

_may_ask if input.caller.kind == "service"

_may_ask if {
	input.caller.kind == input.subject.type
	input.caller.id == input.subject.id
}
