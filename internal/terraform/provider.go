package terraform

import (
	"strings"
)

// providerPackages maps providers to Pulumi's package names if these differ. Rules identify clouds by them.
var providerPackages = map[string]string{
	"awscc":       "aws-native",
	"google":      "gcp",
	"google-beta": "gcp",
	"azurerm":     "azure",
	"azapi":       "azure-native",
	"kubectl":     "kubernetes",
}

// providerToken returns the token of a provider by its name, such as registry.terraform.io/hashicorp/aws.
func providerToken(name string) string {
	name = plainType(name[strings.LastIndexByte(name, '/')+1:])
	if pkg, ok := providerPackages[name]; ok {
		name = pkg
	}
	return "pulumi:providers:" + name
}

// addProviders adds each provider block with arguments, and returns them by their key in the configuration.
func (d *Document) addProviders() map[string]*row {
	rows := map[string]*row{}
	if d.file.Configuration == nil {
		return rows
	}
	for _, key := range sortedKeys(d.file.Configuration.ProviderConfigs) {
		c := d.file.Configuration.ProviderConfigs[key]
		if c == nil || len(c.Expressions) == 0 {
			continue
		}
		steps := parseModule(c.ModuleAddress)
		s := d.scopeOf(steps)
		if s == nil {
			continue
		}
		id := "provider." + c.Name
		if c.Alias != "" {
			id += "." + c.Alias
		}
		if len(steps) > 0 {
			id = address(steps) + "." + id
		}
		name := c.FullName
		if name == "" {
			name = c.Name
		}
		// A module's provider belongs to no instance of it, so it is added beside the modules, not in one.
		r := &row{
			id: id, address: id, name: strings.TrimPrefix(id, "provider."), token: providerToken(name),
			custom: true,
		}
		inputs := d.object(frame{scope: s}, c.Expressions, 0)
		r.held = &loaded{inputs: inputs, outputs: inputs}
		d.add(r)
		rows[key] = r
	}
	return rows
}

// providerOf returns the provider block that a resource uses. Its key is that of a block in the resource's module or in
// an enclosing one.
func providerOf(rows map[string]*row, key string, s *scope) *row {
	if r := rows[key]; r != nil {
		return r
	}
	_, key, _ = cutLast(key, ":")
	for ; s != nil; s = s.parent {
		full := key
		if len(s.names) > 0 {
			full = "module." + strings.Join(s.names, ".module.") + ":" + key
		}
		if r := rows[full]; r != nil {
			return r
		}
	}
	return nil
}

func cutLast(text, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(text, separator); i >= 0 {
		return text[:i], text[i+len(separator):], true
	}
	return "", text, false
}
