package catalogue

// Paths returns the paths in a resource of the kind that are in use: those of its name, values and outputs, of the
// tests of its condition, and of the templates it contains. Code that converts another spelling of properties to
// Pulumi's relies on them. They are in no particular order and may repeat.
func (c *Catalogue) Paths(kind *Kind) []Path {
	if kind == nil {
		return nil
	}
	paths := append([]Path{kind.Name}, kind.Values...)
	for _, output := range kind.Outputs {
		paths = append(paths, Path{output})
	}
	if kind.Condition != nil {
		for _, test := range kind.Condition.All {
			paths = append(paths, test.Path)
		}
		for _, test := range kind.Condition.Any {
			paths = append(paths, test.Path)
		}
	}
	for _, carrier := range c.templates.byToken[c.canonical(kind.Token)] {
		paths = append(paths, carrier.texts...)
		paths = append(paths, carrier.typ, carrier.inner, carrier.namespace, carrier.above)
	}
	return paths
}
