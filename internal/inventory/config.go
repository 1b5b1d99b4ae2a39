package inventory

// Config is a file for --policy-pack-config in its first shape, which every Pulumi that the pack supports reads, and in
// the order in which it is written.
type Config struct {
	All         string   `json:"all,omitempty"`
	Unprotected string   `json:"unprotected-secret,omitempty"`
	Bypass      *Bypass  `json:"enforcement-bypass,omitempty"`
	Settings    Settings `json:"settings,omitzero"`
}

// Bypass are parameters of the policy enforcement-bypass.
type Bypass struct {
	AllowedBackends []string `json:"allowedBackends"`
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

// Component is a row of components.
type Component struct {
	Type     string   `json:"type"`
	Values   string   `json:"values"`
	Children []string `json:"children,omitempty"`
}

// Module is a row of blessedModules.
type Module struct {
	Source string `json:"source"`
	Values string `json:"values"`
}

// Choices are what somebody has said in place of what was found. A nil list was not said.
type Choices struct {
	Components, Modules    []string
	Environments, Managers []string
	Stacks                 map[string]string // the environments of single stacks, beside those that were found
	EnforceFrom            string            // a day
	Mandatory              []string          // the policies that are mandatory by themselves
}

// Row explains a part of the configuration: the setting, what it says, and where that comes from.
type Row struct{ Setting, Value, From string }

// Suggestion is a configuration, with the reason for every part of it.
type Suggestion struct {
	Config Config
	Rows   []Row
	Left   []string // what was found and is not in it, with the reason
}
