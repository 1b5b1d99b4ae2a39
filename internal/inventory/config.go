package inventory

// Config is the content of a policy configuration file.
type Config struct {
	Levels     map[string]string // by policy, and of all
	Parameters map[string]map[string][]string
	Settings   Settings
}

// File returns the file in its first shape, which every Pulumi that the pack supports reads.
func (c Config) File() map[string]any {
	file := map[string]any{}
	for policy, level := range c.Levels {
		file[policy] = level
	}
	for policy, parameters := range c.Parameters {
		file[policy] = parameters
	}
	if !c.Settings.IsZero() {
		file["settings"] = c.Settings
	}
	return file
}

// Settings are parameters of the policy settings.
type Settings struct {
	Components         []Component       `json:"components,omitempty"`
	PackageSources     []string          `json:"packageSources,omitempty"`
	BlessedModules     []Module          `json:"blessedModules,omitempty"`
	Environments       []string          `json:"environments,omitempty"`
	EnvironmentByStack map[string]string `json:"environmentByStack,omitempty"`
	Managers           []string          `json:"managers,omitempty"`
	EnforceFrom        map[string]string `json:"enforceFrom,omitempty"`
}

// IsZero reports whether no parameter is set.
func (s Settings) IsZero() bool {
	return len(s.Components)+len(s.PackageSources)+len(s.BlessedModules)+len(s.Environments)+
		len(s.EnvironmentByStack)+len(s.Managers)+len(s.EnforceFrom) == 0
}

// Component is an entry of components.
type Component struct {
	Type     string   `json:"type"`
	Values   string   `json:"values"`
	Children []string `json:"children,omitempty"`
}

// Module is an entry of blessedModules.
type Module struct {
	Source string `json:"source"`
	Values string `json:"values"`
}

// Choices override what was found. A nil list was not chosen.
type Choices struct {
	Components, Modules    []string
	Environments, Managers []string
	Stacks                 map[string]string // the environments of single stacks, beside those that were found
	EnforceFrom            string            // a day
	Mandatory              []string          // the policies that are mandatory by themselves
	Off                    []string          // those that are off by themselves
	Backends               Backends
}

// Backends is the list of backends that a project may use. Without a policy there is none.
type Backends struct {
	Policy, Parameter string
	Default           []string
}

// Row explains a part of the configuration: the setting, its value, and its origin.
type Row struct{ Setting, Value, From string }

// Suggestion is a configuration, with the reason for every part of it.
type Suggestion struct {
	Config Config
	Rows   []Row
	Left   []string // what was found and is not in it, with the reason
}
