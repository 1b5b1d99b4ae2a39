package facts

import "slices"

// Extract is a kind of structure that is read from a resource before it is redacted: what a rule needs of a value that
// it must not see.
type Extract string

// The extracts, by the field of the input document that holds them.
const (
	ExtractCommands   Extract = "commands"   // what shell texts do with secrets
	ExtractFiles      Extract = "files"      // .env files
	ExtractLogins     Extract = "logins"     // how a provider logs in
	ExtractCI         Extract = "ci"         // cloud keys in CI systems
	ExtractComponents Extract = "components" // what is inside of components that hold a manager's secrets
)

// Extracts lists all of them.
func Extracts() []Extract {
	return []Extract{ExtractCommands, ExtractFiles, ExtractLogins, ExtractCI, ExtractComponents}
}

// Has tells whether something of the kind was extracted from the resource.
func (r *Resource) Has(e Extract) bool {
	switch e {
	case ExtractCommands:
		return len(r.commands) > 0
	case ExtractFiles:
		return len(r.files) > 0
	case ExtractLogins:
		return len(r.logins) > 0
	case ExtractCI:
		return len(r.ci) > 0
	case ExtractComponents:
		return r.Kind != nil && r.Kind.Own && len(r.Ancestors) > 0
	}
	return false
}

// Plain tells whether there is nothing in the resource to judge but its type and properties.
func (r *Resource) Plain() bool {
	return len(r.Findings) == 0 && len(r.Written) == 0 && !slices.ContainsFunc(Extracts(), r.Has)
}
