# METADATA
# title: Resource
# description: The question must be about a thing of the right type that the service holds a record of.
# schemas:
#   - input: schema["decision-input"]
package placet.resource

import data.placet.action
import data.placet.reason

# METADATA
# title: Wrong resource type
# custom:
#   code: resource.wrong_type
wrong_type := reason.of(
	"resource.wrong_type",
	$"{input.action.name} is asked of a {action.row.resource}, not of a {input.resource.type}.",
) if {
	action.row
	not _right_type
}

# METADATA
# title: Unknown resource
# description: a fact that the service does not hold cannot be replaced by what the caller says
# custom:
#   code: resource.unknown
unknown := reason.of("resource.unknown", $"There is no record of {input.resource.type} {input.resource.id}.") if {
	action.row
	_right_type
	not _held
}

_right_type if input.resource.type == action.row.resource

_held if not action.row.fact

_held if input.facts[action.row.fact].id == input.resource.id

# A plan is known by its version.
_held if {
	action.row.fact == "plan"
	input.facts.plan
}
