package facts

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/model"
)

// tenancy describes how a provider's configuration specifies its account, subscription or project. To support another
// provider, add an entry to tenancies.
type tenancy struct {
	inputs []input
	// the property with which a resource overrides the provider's project; may be empty
	own string
	id  func(text string) bool // reports whether the text is an id
}

// input is an input in which a provider specifies its account. The first one that is set wins.
type input struct {
	path []string
	role bool // the ARN of a role; roles in a list are assumed in a chain, so the last one wins
}

// tenancies has the inputs from the schemas of the Terraform providers hashicorp/aws, awscc, google and azurerm, and of
// Pulumi's packages for them.
var tenancies = map[string]tenancy{
	"aws":           {inputs: awsInputs, id: accountID},
	"aws-native":    {inputs: awsInputs, id: accountID},
	"azure":         {inputs: []input{{path: []string{"subscriptionId"}}}, id: subscriptionID},
	"azure-native":  {inputs: []input{{path: []string{"subscriptionId"}}}, id: subscriptionID},
	"gcp":           {inputs: []input{{path: []string{"project"}}}, own: "project", id: projectID},
	"google-native": {inputs: []input{{path: []string{"project"}}}, own: "project", id: projectID},
}

var awsInputs = []input{
	{path: []string{"allowedAccountIds"}}, // the provider compares it with its actual account
	{path: []string{"assumeRoles", "roleArn"}, role: true},
	{path: []string{"assumeRole", "roleArn"}, role: true},
	{path: []string{"assumeRoleWithWebIdentity", "roleArn"}, role: true},
}

func accountID(text string) bool { return len(text) == 12 && strings.Trim(text, "0123456789") == "" }

// subscriptionID reports whether the text is a lower-case UUID.
func subscriptionID(text string) bool {
	parts := strings.Split(text, "-")
	if len(text) != 36 || len(parts) != 5 || strings.Trim(text, "0123456789abcdef-") != "" {
		return false
	}
	return len(parts[0]) == 8 && len(parts[1]) == 4 && len(parts[2]) == 4 && len(parts[3]) == 4
}

// projectID reports whether the text is an id, a number, or DOMAIN:ID.
func projectID(text string) bool {
	return len(text) >= 5 && len(text) <= 128 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-.:") == ""
}

// roleAccount returns the account in a role's ARN, arn:PARTITION:iam::ACCOUNT:role/NAME, or an empty string.
func roleAccount(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "iam" || !strings.HasPrefix(parts[5], "role/") ||
		!accountID(parts[4]) {
		return ""
	}
	return parts[4]
}

// Account returns the AWS account, Azure subscription or Google project configured in the resource's provider. It is
// empty if none is configured, or if it is unknown or secret. It also reports whether the resource has a provider at
// all. A resource without one, such as a component, belongs to the account of its stack.
func (r *Resource) Account() (account string, ok bool) {
	if name, isProvider := strings.CutPrefix(r.Type, "pulumi:providers:"); isProvider {
		return tenancies[name].account(r.properties), true
	}
	name, ok := strings.CutPrefix(r.provider.Type, "pulumi:providers:")
	if !ok {
		return "", r.provider.URN != ""
	}
	t := tenancies[name]
	if t.own != "" {
		if own := r.properties.Field(t.own); own != nil && !blank(own) {
			return t.read(own, false), true
		}
	}
	return t.account(r.provider.Properties), true
}

// blank reports whether providers treat the value of a property as unset.
func blank(v model.Value) bool {
	kind := v.Kind()
	return kind == model.Null || kind == model.String && v.Text() == ""
}

// ConfiguredAccount returns the account that a stack's configuration sets for its providers. It is empty if there is
// none, if there are several, or if the stack is nil.
func ConfiguredAccount(stack *model.Stack) string {
	if stack == nil {
		return ""
	}
	found := ""
	for _, name := range slices.Sorted(maps.Keys(tenancies)) {
		t := tenancies[name]
		inputs := map[string]any{}
		for _, in := range t.inputs {
			key := name + ":" + in.path[0]
			text, ok := stack.Config[key]
			switch {
			case slices.Contains(stack.Secret, key):
				inputs[in.path[0]] = model.Unseen{}
			case ok:
				inputs[in.path[0]] = text
			}
		}
		account := t.account(model.Of(inputs))
		if account != "" && found != "" && account != found {
			return ""
		}
		if account != "" {
			found = account
		}
	}
	return found
}

// account returns the account in the inputs of a provider.
func (t tenancy) account(inputs model.Value) string {
	for _, in := range t.inputs {
		v := inputs.Field(in.path[0])
		if v == nil {
			continue
		}
		one, set := single(v, in.role)
		if !set {
			continue
		}
		for _, key := range in.path[1:] {
			if one.Kind() != model.Object {
				return ""
			}
			inner := one.Field(key)
			if inner == nil {
				return ""
			}
			if one, set = single(inner, false); !set {
				return ""
			}
		}
		return t.read(one, in.role)
	}
	return ""
}

// single returns the only entry of a list, or the last one, and whether there is such an entry. Providers receive
// non-string values as JSON.
func single(v model.Value, last bool) (model.Value, bool) {
	if text := v.Text(); strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{") {
		var parsed any
		if json.Unmarshal([]byte(text), &parsed) != nil {
			return model.Unseen{}, true
		}
		v = model.Of(parsed)
	}
	if v.Kind() == model.List {
		n := v.Len()
		if n == 0 || n > 1 && !last {
			return nil, false
		}
		return v.Item(n - 1), true
	}
	return v, !blank(v)
}

// read returns the account in a string, or an empty string if it is invalid or unknown.
func (t tenancy) read(v model.Value, role bool) string {
	text := strings.ToLower(v.Text())
	switch {
	case t.id == nil:
		return ""
	case role:
		return roleAccount(text)
	case !t.id(text):
		return ""
	}
	return text
}
