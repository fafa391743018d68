# METADATA
# title: Field
# description: What people call a recorded number, `daily budget` and not `daily_budget_minor`.
package placet.field

# METADATA
# description: "the field in words: its label, or its own name read out"
label(name) := object.get(data.placet.field.labels, name, read_out) if {
	read_out := replace(trim_suffix(name, "_minor"), "_", " ")
}
