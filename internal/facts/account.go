package facts

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/model"
)

// tenancy says how the configuration of a provider names the account, subscription or project that it works in. Adding
// a provider is adding a row.
type tenancy struct {
	inputs []input
	// the property by which a resource names another project itself, empty where there is none
	own string
	id  func(text string) bool // reports whether it is one
}

// input is where a provider names its account. The first that is set counts.
type input struct {
	path []string
	role bool // it holds the ARN of a role; of several, each is assumed with the one before, so the last counts
}

// The inputs are those of the providers' schemas: hashicorp/aws, awscc, google and azurerm, and Pulumi's packages of
// the same.
var tenancies = map[string]tenancy{
	"aws":           {inputs: awsInputs, id: accountID},
	"aws-native":    {inputs: awsInputs, id: accountID},
	"azure":         {inputs: []input{{path: []string{"subscriptionId"}}}, id: subscriptionID},
	"azure-native":  {inputs: []input{{path: []string{"subscriptionId"}}}, id: subscriptionID},
	"gcp":           {inputs: []input{{path: []string{"project"}}}, own: "project", id: projectID},
	"google-native": {inputs: []input{{path: []string{"project"}}}, own: "project", id: projectID},
}

var awsInputs = []input{
	{path: []string{"allowedAccountIds"}}, // which the provider compares with the account that it is in
	{path: []string{"assumeRoles", "roleArn"}, role: true},
	{path: []string{"assumeRole", "roleArn"}, role: true},
	{path: []string{"assumeRoleWithWebIdentity", "roleArn"}, role: true},
}

func accountID(text string) bool { return len(text) == 12 && strings.Trim(text, "0123456789") == "" }

// subscriptionID has the form of a UUID, in lower case.
func subscriptionID(text string) bool {
	parts := strings.Split(text, "-")
	if len(text) != 36 || len(parts) != 5 || strings.Trim(text, "0123456789abcdef-") != "" {
		return false
	}
	return len(parts[0]) == 8 && len(parts[1]) == 4 && len(parts[2]) == 4 && len(parts[3]) == 4
}

// projectID is an id, a number, or DOMAIN:ID.
func projectID(text string) bool {
	return len(text) >= 5 && len(text) <= 128 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-.:") == ""
}

// roleAccount returns the account in the ARN of a role, arn:PARTITION:iam::ACCOUNT:role/NAME, empty where it is none.
func roleAccount(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "iam" || !strings.HasPrefix(parts[5], "role/") ||
		!accountID(parts[4]) {
		return ""
	}
	return parts[4]
}

// Account returns the AWS account, Azure subscription or Google project that the resource's provider names, empty where
// it names none, and where it is not known or secret. It reports whether the resource has a provider at all: one
// without, such as a component, is where its stack is.
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

// blank reports whether a property holds what providers take for none: then it is as if it were left out.
func blank(v model.Value) bool {
	kind := v.Kind()
	return kind == model.Null || kind == model.String && v.Text() == ""
}

// ConfiguredAccount returns the account that the configuration of a stack names for its providers, empty where it names
// none, or several, and for no stack.
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

// account reads the account out of the inputs of a provider.
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

// single takes the only entry out of a list, or the last one. It reports whether there is such an entry. Providers get
// what is not a text as JSON.
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

// read returns the account that a text names, empty where it is none that can be known.
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
