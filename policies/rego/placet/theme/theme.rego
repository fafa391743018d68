# METADATA
# title: Creative themes
# description: Themes of a plan that the client approves, where the tenant's configuration wants that.
# schemas:
#   - input: schema["decision-input"]
package placet.theme

# METADATA
# description: the plan's themes that its base does not have, if the client is to approve them
wanted(plan, base) := sort({theme |
	object.get(input.tenant.config, ["client_portal", "approve_creative_themes"], false)
	some theme in object.get(plan, "creative_themes", [])
	not theme in object.get(base, "creative_themes", [])
})
