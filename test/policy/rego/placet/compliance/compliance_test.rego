package placet.compliance_test

import data.placet.compliance
import data.placet.fixture
import data.placet.text

test_hits[name] if {
	some name, case in {
		"phrase": {"creative": {"body": "Clinically proven"}, "row": "health_proof"},
		"phrase with a number": {"creative": {"body": "Lose 10,000 pounds"}, "row": "health_weight_loss"},
		"claim": {"creative": {"body": "Cures gout"}, "row": "health_disease_claim"},
		"claim before": {"creative": {"body": "A gout remedy"}, "row": "health_remedy"},
		"age": {"creative": {"audience": {"age_min": 17}}, "row": "health_age"},
		"attribute": {"creative": {"attributes": {"before_after": true}}, "row": "health_before_after_elsewhere"},
		"platform": {"creative": {"platform": "Meta", "attributes": {"before_after": true}}, "row": "health_before_after"},
		"category": {"creative": {"attributes": {"product_category": "pharmacy"}}, "row": "health_pharmacy"},
		"interest": {"creative": {"audience": {"age_min": 18, "interests": ["Gout"]}}, "row": "health_interest"},
		"included profile": {"creative": {"body": "The #1 tea"}, "row": "general_superlative"},
	}
	findings := compliance.findings with input as fixture.creative(case.creative)
	case.row in {finding.row.id | some finding in findings}
}

test_excused[name] if {
	some name, creative in {
		"by a disclosure": {
			"body": "Supports digestion",
			"attributes": {"disclaimer": "Not been evaluated by the Food and Drug Administration."},
		},
		"by a certification": {
			"platform": "YouTube",
			"attributes": {"product_category": "pharmacy"},
			"certifications": ["google.healthcare"],
		},
	}
	findings := compliance.findings with input as fixture.creative(creative)
	findings == set()
}

test_not_excused_by_another_platform[platform] if {
	some platform in ["meta", "tiktok"]
	findings := compliance.findings with input as fixture.creative({
		"platform": platform,
		"attributes": {"product_category": "pharmacy"},
		"certifications": ["google.healthcare"],
	})
	"health_pharmacy" in {finding.row.id | some finding in findings}
}

test_exceptions[name] if {
	some name, case in {
		"of a phrase": {"profile": "finance_strict", "body": "Bail bonds", "hit": false},
		"of a phrase, said elsewhere too": {"profile": "finance_strict", "body": "Bail bonds, bonds", "hit": true},
		"of a claim": {"profile": "health_strict", "body": "Maintains cholesterol", "hit": false},
		"of a claim, said elsewhere too": {"profile": "health_strict", "body": "Maintains lungs in asthma", "hit": true},
	}
	question := object.union(
		fixture.creative({"body": case.body}),
		{"tenant": {"config": {"approval_policy": {"vertical_compliance_profile": case.profile}}}},
	)
	findings := compliance.findings with input as question
	hits := {finding.row.id | some finding in findings} & {"finance_risk_disclosure", "health_disease_support"}
	hit := count(hits) > 0
	hit == case.hit
}

test_age_by_country[name] if {
	some name, case in {
		"in it": {"audience": {"age_min": 20, "countries": ["US"]}, "hit": true},
		"not in it": {"audience": {"age_min": 20, "countries": ["DE"]}, "hit": false},
		"anywhere": {"audience": {"age_min": 20}, "hit": true},
	}
	question := object.union(
		fixture.creative({"audience": case.audience}),
		{"tenant": {"config": {"approval_policy": {"vertical_compliance_profile": "alcohol"}}}},
	)
	findings := compliance.findings with input as question
	ids := {finding.row.id | some finding in findings}
	hit := "alcohol_age_us" in ids
	hit == case.hit
	"alcohol_responsibility" in ids
}

# --- the data itself ---

test_every_row_is_whole[id] if {
	some profile in compliance.profiles
	some row in profile.rows
	id := row.id
	row.title
	row.message
	row.source.title
	row.source.citation
	row.severity in {"block", "review"}
	row.legal_flag in {true, false}
	row.match.kind in {"phrase", "claim", "age_under", "attribute", "category", "interest", "always"}
	every key in {"phrases", "verbs", "objects", "except"} {
		_known(row.match, key)
	}
	_known(object.get(row, "unless", {}), "says")
}

test_every_row_has_its_own_id if {
	ids := [row.id | some profile in compliance.profiles; some row in profile.rows]
	count(ids) == count({id | some id in ids})
}

test_every_included_profile_exists if {
	every profile in compliance.profiles {
		every name in object.get(profile, "includes", []) {
			compliance.profiles[name]
		}
	}
}

# A phrase that is not written as texts are folded would never hit.
test_every_phrase_is_folded if {
	wrong := {phrase |
		some phrases in compliance.lexicons
		some phrase in phrases
		bare := replace(phrase, "<n>", "7")
		concat(" ", text.words(bare)) != bare
	}
	wrong == set()
}

_known(row, key) if not row[key]

_known(row, key) if compliance.lexicons[row[key]]
