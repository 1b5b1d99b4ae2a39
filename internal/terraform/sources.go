package terraform

import "strings"

// sourceToken is the type token of a module call whose source may contain a credential. The token of the module itself
// contains the source without it.
const sourceToken = "terraform:source:Module"

// addSources adds the module calls of a module and its submodules whose source is a URL or has a user.
func (d *Document) addSources(s *scope) {
	for _, name := range sortedKeys(s.module.ModuleCalls) {
		call := s.module.ModuleCalls[name]
		if call == nil {
			continue
		}
		d.counts.modules++
		if strings.ContainsAny(call.Source, "@?") || strings.Contains(call.Source, "://") ||
			strings.Contains(call.Source, "::") {
			at := s.prefix() + "module." + name
			d.add(&row{
				id: at + ".source", address: at, name: name, token: sourceToken, custom: true,
				held: &loaded{inputs: tree{value: map[string]any{"source": call.Source}}},
			})
		}
		if child := s.child(name); child != nil {
			d.addSources(child)
		}
	}
}

// prefix returns the prefix of addresses in the module, without instance keys.
func (s *scope) prefix() string {
	var b strings.Builder
	for _, name := range s.names {
		b.WriteString("module." + name + ".")
	}
	return b.String()
}
