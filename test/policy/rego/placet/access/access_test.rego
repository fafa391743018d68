package placet.access_test

import data.placet.access
import data.placet.fixture

test_allow_by_kind if {
	answer := access.answer with input as {"caller": {"kind": "agent", "id": "a", "roles": []}, "operation": "decision.ask"}
	answer == {"effect": "allow", "scope": "own", "reasons": []}
}

test_allow_by_role if {
	answer := access.answer with input as {"caller": {"kind": "human", "id": "h", "roles": ["client"]}, "operation": "ticket.read"}
	answer.scope == "client"
}

test_deny_role if {
	answer := access.answer with input as {"caller": {"kind": "human", "id": "h", "roles": ["client"]}, "operation": "audit.read"}
	fixture.codes(answer) == ["access.not_permitted"]
}

test_deny_unknown_operation if {
	answer := access.answer with input as {"caller": {"kind": "human", "id": "h", "roles": ["admin"]}, "operation": "no.such"}
	fixture.codes(answer) == ["access.operation_unknown"]
}

test_every_group_exists if {
	every grants in access.operations {
		every grant in grants {
			_group_exists(grant)
		}
	}
}

_group_exists(grant) if not grant.roles

_group_exists(grant) if access.roles[grant.roles]

# Whatever may make the findings undefined one day: the answer is a denial.
test_deny_undecided if {
	answer := access.answer with access.denials as null
	answer == {"effect": "deny", "scope": "none", "reasons": answer.reasons}
	fixture.codes(answer) == ["access.undecided"]
}
