package catalogue

// Paths returns the places in a resource of the kind that somebody looks at: its name, values and outputs, what its
// condition tests, and where the templates are that it carries. Whoever turns another spelling of the properties into
// Pulumi's is guided by them. They come in no order of meaning, and some twice.
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
