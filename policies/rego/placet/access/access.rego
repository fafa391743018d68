# METADATA
# title: Access
# description: |
#   May this principal call this operation of the service, and which rows does it see? Operations are data; each says who may, in the
#   order in which it is tried.
# schemas:
#   - input: schema["access-input"]
package placet.access

import data.placet.reason

# METADATA
# title: Answer
# description: the widest scope that the caller has, in the shape of schemas/access-answer.json
# entrypoint: true
default answer := {
	"effect": "deny",
	"scope": "none",
	"reasons": [{
		"code": "access.undecided",
		"message": "No rule of the policy allows this.",
		"rule": "data.placet.access.answer",
	}],
}

answer := {"effect": "allow", "scope": _scopes[0], "reasons": []} if count(denials) == 0

answer := {"effect": "deny", "scope": "none", "reasons": sort(denials)} if count(denials) > 0

# METADATA
# scope: document
# description: why the caller may not
denials contains operation_unknown

denials contains not_permitted

# METADATA
# title: Unknown operation
# custom:
#   code: access.operation_unknown
operation_unknown := reason.of("access.operation_unknown", $"There is no operation {input.operation}.") if not _grants

# METADATA
# title: Not permitted
# custom:
#   code: access.not_permitted
not_permitted := reason.of(
	"access.not_permitted",
	$"{input.caller.kind} {input.caller.id} may not {input.operation}.",
) if {
	_grants
	count(_scopes) == 0
}

_grants := data.placet.access.operations[input.operation]

_scopes := [grant.scope |
	some grant in _grants
	grant.kind == input.caller.kind
	_has_role(grant)
]

_has_role(grant) if not grant.roles

_has_role(grant) if {
	some role in input.caller.roles
	role in data.placet.access.roles[grant.roles]
}
