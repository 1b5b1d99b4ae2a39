package facts

import (
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/place"
)

// NameAt returns the name of the fact at a position of the file, limited to the given kinds of facts if there are any:
// that of a value, a command or a login, with its job if there is one. It is empty if there is no fact. Baselines
// identify a finding by it.
func (f *File) NameAt(at place.Position, of []FileFact) string {
	var names []string
	add := func(fact FileFact, p place.Position, name string) {
		if p == at && (len(of) == 0 || slices.Contains(of, fact)) {
			names = append(names, name)
		}
	}
	for i := range f.Findings {
		found := &f.Findings[i]
		fact := FileFindings
		if found.Place == PlaceConfig {
			fact = FileConfigured
		}
		add(fact, found.At, found.Value.Name)
	}
	for _, c := range f.Config {
		add(FileConfigured, c.At, c.Key)
	}
	for _, c := range f.Commands {
		add(FileCommands, c.At, inJob(c.Command, c.Job))
	}
	for _, l := range f.Logins {
		add(FileLogins, l.At, inJob(l.Uses, l.Job))
	}
	for _, k := range f.CI {
		add(FileCI, k.At, inJob(k.Name, k.Job))
	}
	for _, c := range f.Calls {
		uses, _, _ := strings.Cut(c.Uses, "@") // a new version is not a new finding
		add(FileCalls, c.At, inJob(uses, c.Job))
	}
	for _, c := range f.Components {
		add(FileRegisters, c.At, c.Token)
	}
	for _, o := range f.Overrides {
		add(FileOverrides, o.At, strings.TrimSpace(o.Key+" "+o.Value))
	}
	if f.SecretsProvider != "" {
		add(FileSecretsProvider, f.SecretsProviderAt, "secretsprovider "+f.SecretsProvider)
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

func inJob(name, job string) string {
	if job == "" {
		return name
	}
	return name + " (job " + job + ")"
}

// ChangedAt reports whether a value at the position differs from the values of that name in the base.
func (f *File) ChangedAt(at place.Position) bool {
	return slices.ContainsFunc(f.Findings, func(found Finding) bool { return found.At == at && found.Value.Changed }) ||
		slices.ContainsFunc(f.CI, func(k FileKey) bool { return k.At == at && k.Value.Changed })
}
