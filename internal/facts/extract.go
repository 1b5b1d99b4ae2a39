package facts

import "slices"

// Extract is a kind of structure extracted from a resource before redaction: what a rule needs to know about a value
// that it must not see.
type Extract string

// Extracts, by their field of the input document.
const (
	ExtractCommands   Extract = "commands"   // what shell texts do with secrets
	ExtractFiles      Extract = "files"      // .env files
	ExtractLogins     Extract = "logins"     // how a provider logs in
	ExtractCI         Extract = "ci"         // cloud keys in CI systems
	ExtractComponents Extract = "components" // contents of components that contain a manager's secrets
)

// Extracts returns all extracts.
func Extracts() []Extract {
	return []Extract{ExtractCommands, ExtractFiles, ExtractLogins, ExtractCI, ExtractComponents}
}

// Has reports whether the extract is not empty for the resource.
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

// Plain reports whether the resource has only its type and properties to check.
func (r *Resource) Plain() bool {
	return len(r.Findings) == 0 && len(r.Written) == 0 && !slices.ContainsFunc(Extracts(), r.Has)
}
