package facts

import (
	"slices"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/model"
)

// identifiers are the ids, ARNs and names of the secrets of a stack and of what goes with them. An output that is one
// of them, as in {secret: secret.id}, is a reference, however random it looks and whatever it is called.
type identifiers map[string]bool

func identifiersOf(resources []*Resource) identifiers {
	all := identifiers{}
	for _, r := range resources {
		if r.Type == model.RootType {
			continue
		}
		keys := r.identifying()
		r.walk(func(l leaf) {
			if l.marked || l.unknown || l.number || !slices.Contains(keys, l.path.Key()) {
				return
			}
			if r.Kind == nil || !covers(r.Kind.Values, l.path) {
				all[l.text] = true
			}
		})
	}
	return all
}

// identifying returns the properties by which others know the resource. The id of a credential may be the credential.
func (r *Resource) identifying() []string {
	class := ""
	if r.Kind != nil {
		class = r.Kind.Class
	}
	switch class {
	case catalogue.Store, catalogue.Version, catalogue.Policy:
		return []string{
			"id", "arn", "name", "secretId", "secretName", "secretArn", "path", "uri", "selfLink", "versionlessId",
			"resourceId", "resourceVersionlessId",
		}
	case catalogue.StaticCredential:
		return []string{"arn", "name", "keyName", "keyPairName"}
	}
	return []string{"keyName", "keyPairName"}
}

// drop removes the findings in an output that is an identifier, but for those that its format or a known secret tells.
func (all identifiers) drop(found []Finding, text string) []Finding {
	if !all[text] {
		return found
	}
	return slices.DeleteFunc(found, func(f Finding) bool {
		return f.Reason == detect.ReasonKeyName && f.Inner == "" || f.Reason == detect.ReasonPlace
	})
}
