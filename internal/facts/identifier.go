package facts

import (
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// identifiers are the ids, ARNs and names that refer to the resources of a stack. An output equal to one of them, as in
// {secret: secret.id}, is a reference, however random its value and whatever its name. The map's value is whether this
// also applies to an output named like a password.
type identifiers map[string]bool

// unseenID represents the unknown id of a secret of the stack.
const unseenID = "\x00"

// maybe reports whether an unknown output is probably the id of a secret of the stack, because its name is just secret.
func (all identifiers) maybe(name string) bool {
	return all[unseenID] && (strings.EqualFold(name, "secret") || strings.EqualFold(name, "secrets"))
}

func identifiersOf(d *detect.Detector, resources []*Resource) identifiers {
	all := identifiers{}
	for _, r := range resources {
		if r.Type == model.RootType {
			continue
		}
		keys, sure := r.identifying(d)
		all[unseenID] = all[unseenID] || r.holdsSecrets()
		r.walk(func(l leaf) {
			if l.marked || l.unknown || l.number || !slices.Contains(keys, l.path.Key()) {
				return
			}
			if r.Kind == nil || !covers(r.Kind.Values, l.path) {
				all[l.text] = all[l.text] || sure
			}
		})
	}
	return all
}

// identifying returns the properties that identify the resource, and whether secrets are referred to by them. The id of
// a credential, of a generator or of a custom resource may be the secret value itself.
func (r *Resource) identifying(d *detect.Detector) (keys []string, sure bool) {
	class := ""
	if r.Kind != nil {
		class = r.Kind.Class
	}
	switch class {
	case catalogue.Store, catalogue.Version, catalogue.Policy:
		return []string{
			"id", "arn", "name", "secretId", "secretName", "secretArn", "path", "uri", "selfLink", "versionlessId",
			"resourceId", "resourceVersionlessId",
		}, true
	case catalogue.StaticCredential:
		return []string{"arn", "name", "keyName", "keyPairName"}, true
	}
	made := r.Type[strings.LastIndexByte(r.Type, ':')+1:]
	if class == catalogue.Generator || class == catalogue.Command || d.KeyTier(made) != detect.None ||
		strings.HasSuffix(r.Type, ":dynamic:Resource") {
		return []string{"keyName", "keyPairName"}, true
	}
	return []string{"id", "arn", "name", "keyName", "keyPairName"}, false
}

// drop removes the findings in an output that is an identifier, except those recognised by their format or as a known
// secret.
func (all identifiers) drop(found []Finding, text string) []Finding {
	sure, known := all[text]
	if !known {
		return found
	}
	return slices.DeleteFunc(found, func(f Finding) bool {
		return f.Reason == detect.ReasonPlace ||
			f.Reason == detect.ReasonKeyName && f.Inner == "" && (sure || f.Tier != detect.Password)
	})
}

// amongIdentifiers reports whether an object or list around the value is named like identifiers, as in {secretArns:
// {…}}.
func amongIdentifiers(path place.Path) bool {
	for _, step := range path[:max(0, len(path)-1)] {
		if name, ok := step.(string); ok && detect.Identifier(name) {
			return true
		}
	}
	return false
}
