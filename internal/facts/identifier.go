package facts

import (
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// identifiers are the ids, ARNs and names by which others know the resources of a stack. An output that is one of them,
// as in {secret: secret.id}, is a reference, however random it looks and whatever it is called. The value says whether
// that holds where the output is called a password, too.
type identifiers map[string]bool

// unseenID stands for the id of a secret of the stack that is not known yet.
const unseenID = "\x00"

// maybe reports whether an output that is not known yet is probably the id of a secret of the stack: it is called
// nothing but secret.
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

// identifying returns the properties by which others know the resource, and whether that is what secrets are referred
// to by. The id of a credential, of what generates a value or of what code of the program makes may be the value.
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

// drop removes the findings in an output that is an identifier, but for those that its format or a known secret tells.
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

// amongIdentifiers reports whether an object or list around the place is called identifiers, as in {secretArns: {…}}.
func amongIdentifiers(path place.Path) bool {
	for _, step := range path[:max(0, len(path)-1)] {
		if name, ok := step.(string); ok && detect.Identifier(name) {
			return true
		}
	}
	return false
}
