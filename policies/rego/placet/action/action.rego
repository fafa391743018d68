# METADATA
# title: Action
# description: The actions that policy knows. What is not in the table is denied.
# schemas:
#   - input: schema["decision-input"]
package placet.action

import data.placet.reason

# METADATA
# description: the table's row of the action asked for
row := data.placet.action.table[input.action.name]

# METADATA
# title: Unknown action
# description: nobody wrote a rule for this action, so nobody may do it
# custom:
#   code: action.unknown
unknown := reason.of("action.unknown", $"No policy covers the action {input.action.name}.") if not row
