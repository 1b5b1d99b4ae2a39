package facts

import (
	"maps"
	"slices"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// tenancy says how the configuration of a provider names the account, subscription or project that it works in. Adding a
// provider is adding a row.
type tenancy struct {
	inputs []input
	own    string                 // the property by which a resource names another project itself, empty where there is none
	id     func(text string) bool // reports whether it is one
}

// input is where a provider names its account. The first that is set counts.
type input struct {
	path []string
	role bool // it holds the ARN of a role; of several, each is assumed with the one before, so the last counts
}

// The inputs are those of the providers' schemas: hashicorp/aws, awscc, google and azurerm, and Pulumi's packages of the same.
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
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "iam" || !strings.HasPrefix(parts[5], "role/") || !accountID(parts[4]) {
		return ""
	}
	return parts[4]
}

// Account returns the AWS account, Azure subscription or Google project that the resource's provider names, empty where it
// names none, and where it is not known or secret. It reports whether the resource has a provider at all: one without, such
// as a component, is where its stack is.
func (r *Resource) Account() (account string, ok bool) {
	if name, isProvider := strings.CutPrefix(r.Type, "pulumi:providers:"); isProvider {
		return tenancies[name].account(r.properties.GetFields()), true
	}
	name, ok := strings.CutPrefix(r.provider.GetType(), "pulumi:providers:")
	if !ok {
		return "", r.provider.GetUrn() != ""
	}
	t := tenancies[name]
	if own, set := r.properties.GetFields()[t.own]; set && t.own != "" && !blank(own) {
		return t.read(own, false), true
	}
	return t.account(r.provider.GetProperties().GetFields()), true
}

// blank reports whether a property holds what providers take for none: then it is as if it were left out.
func blank(v *structpb.Value) bool {
	switch k := v.GetKind().(type) {
	case nil, *structpb.Value_NullValue:
		return true
	case *structpb.Value_StringValue:
		return k.StringValue == ""
	}
	return false
}

// ConfiguredAccount returns the account that the configuration of a stack names for its providers, empty where it names none,
// or several.
func ConfiguredAccount(stack *pulumirpc.AnalyzerStackConfigureRequest) string {
	found := ""
	for _, name := range slices.Sorted(maps.Keys(tenancies)) {
		t := tenancies[name]
		fields := map[string]*structpb.Value{}
		for _, in := range t.inputs {
			key := name + ":" + in.path[0]
			text, ok := stack.GetConfig()[key]
			switch {
			case slices.Contains(stack.GetConfigSecretKeys(), key):
				fields[in.path[0]] = structpb.NewStringValue(unknownString)
			case ok:
				fields[in.path[0]] = structpb.NewStringValue(text)
			}
		}
		account := t.account(fields)
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
func (t tenancy) account(fields map[string]*structpb.Value) string {
	for _, in := range t.inputs {
		v, ok := fields[in.path[0]]
		if !ok {
			continue
		}
		one, set := single(v, in.role)
		if !set {
			continue
		}
		for _, key := range in.path[1:] {
			fields := one.GetStructValue().GetFields()
			if _, signed := fields[sigKey]; signed {
				return ""
			}
			if one, set = single(fields[key], false); !set {
				return ""
			}
		}
		return t.read(one, in.role)
	}
	return ""
}

// single takes the only entry out of a list, or the last one. It reports whether there is such an entry. Providers get what is
// not a text as JSON.
func single(v *structpb.Value, last bool) (*structpb.Value, bool) {
	if text := v.GetStringValue(); strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{") {
		parsed := new(structpb.Value)
		if parsed.UnmarshalJSON([]byte(text)) != nil {
			return nil, true // not known
		}
		v = parsed
	}
	if list, ok := v.GetKind().(*structpb.Value_ListValue); ok {
		entries := list.ListValue.GetValues()
		if len(entries) == 0 || len(entries) > 1 && !last {
			return nil, false
		}
		return entries[len(entries)-1], true
	}
	switch k := v.GetKind().(type) {
	case nil, *structpb.Value_NullValue:
		return nil, false
	case *structpb.Value_StringValue:
		return v, k.StringValue != ""
	}
	return v, true
}

// read returns the account that a text names, empty where it is none that can be known.
func (t tenancy) read(v *structpb.Value, role bool) string {
	text := strings.ToLower(v.GetStringValue())
	switch {
	case t.id == nil || isUnknown(text):
		return ""
	case role:
		return roleAccount(text)
	case !t.id(text):
		return ""
	}
	return text
}
