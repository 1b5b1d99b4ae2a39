package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// manager is what the full catalogue says about the names of one secrets manager.
type manager struct {
	Regex         string `json:"regex"`
	Min           int    `json:"min_length"`
	Max           int    `json:"max_length"`
	Slash         bool   `json:"slash_allowed"`
	CaseSensitive bool   `json:"case_sensitive"`
	Pulumi        []autoname
}

// autoname is how one type gets a name when the program gives none.
type autoname struct {
	Token string  `json:"token"`
	Auto  bool    `json:"auto_named"`
	Regex *string `json:"auto_regex"`
}

// rules is one line of the made naming.json.
type rules struct {
	Manager string `json:"manager"`
	Regex   string `json:"regex"`
	Min     int    `json:"min"`
	Max     int    `json:"max"`
	Slash   bool   `json:"slash"`
	judged
	Reserved []reserved `json:"reserved,omitempty"`
}

// judged is the part of the rules that is this project's choice.
type judged struct {
	LowerOnly bool   `json:"lower_only"` // names that differ in case only are the same secret
	Prefix    string `json:"prefix"`
	Separator string `json:"separator"`
	Part      string `json:"part"` // what a part may be, so that the separator stays unambiguous
}

type reserved struct {
	Pattern string `json:"pattern"`
	Message string `json:"message"`
	Advice  bool   `json:"advice,omitempty"` // the manager accepts it all the same
}

// encodings says how two parts become one name. Where a slash is forbidden the separator must not occur in a part:
// Secret Manager's parts leave out the underscore, Key Vault's the double hyphen and hyphens at the ends, because with
// single hyphens a-b + c and a + b-c are the same name.
var encodings = []struct {
	manager string
	judged
	reserved []reserved
}{
	{awsSecretsManager, judged{Separator: "/", Part: `^[0-9A-Za-z_+=.@-]+$`}, []reserved{{
		Pattern: `-[0-9A-Za-z]{6}$`, Advice: true,
		Message: "ends in a hyphen and six characters, which Secrets Manager cannot tell from the suffix of an ARN",
	}}},
	{azureKeyVault, judged{LowerOnly: true, Separator: "--", Part: `^[a-z][a-z0-9]*(-[a-z0-9]+)*$`}, nil},
	{gcpSecretManager, judged{Separator: "_", Part: `^[A-Za-z0-9-]+$`}, nil},
	{"ssm-parameter-store", judged{Prefix: "/", Separator: "/", Part: `^[a-zA-Z0-9_.-]+$`}, []reserved{{
		Pattern: `(?i)^/?(aws|ssm)`,
		Message: "begins with aws or ssm, which Parameter Store keeps for itself",
	}}},
}

// naming returns the rules of the managers, and per token the expression of the suffix that auto-naming appends: ""
// where the logical name is copied, no entry where the name must be given or nothing is known.
func naming(full map[string]json.RawMessage) ([]rules, map[string]string, error) {
	var all []rules
	suffixes := map[string]string{}
	add := func(names []autoname) error {
		for _, name := range names {
			if !name.Auto {
				continue
			}
			if *name.Regex == "^.*$" {
				suffixes[name.Token] = ""
				continue
			}
			suffix, ok := strings.CutPrefix(strings.TrimSuffix(*name.Regex, "$"), "^(.*)")
			if !ok {
				return fmt.Errorf("naming.json: %s: auto_regex %q is not ^(.*)SUFFIX$", name.Token, *name.Regex)
			}
			suffixes[name.Token] = suffix
		}
		return nil
	}
	for _, encoding := range encodings {
		var m manager
		if err := json.Unmarshal(full[encoding.manager], &m); err != nil {
			return nil, nil, fmt.Errorf("naming.json: %s: %w", encoding.manager, err)
		}
		if m.CaseSensitive == encoding.LowerOnly {
			return nil, nil, fmt.Errorf("naming.json: %s: case_sensitive contradicts lower_only", encoding.manager)
		}
		all = append(all, rules{
			Manager: encoding.manager, Regex: m.Regex, Min: m.Min, Max: m.Max, Slash: m.Slash,
			judged: encoding.judged, Reserved: encoding.reserved,
		})
		if err := add(m.Pulumi); err != nil {
			return nil, nil, err
		}
	}
	var others []autoname
	if err := json.Unmarshal(full["_others"], &others); err != nil {
		return nil, nil, fmt.Errorf("naming.json: _others: %w", err)
	}
	return all, suffixes, add(others)
}
