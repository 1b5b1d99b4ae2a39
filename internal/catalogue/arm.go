package catalogue

import "strings"

// arm reads an Azure Resource Manager template. Its resources are a list, or a map by symbolic name.
func (r *reader) arm(value any, at *spot) error {
	template, _ := value.(map[string]any)
	return r.armResources("", template["resources"], at.at("resources"))
}

func (r *reader) armResources(parent string, value any, at *spot) error {
	if err := r.visit(at); err != nil {
		return err
	}
	switch resources := value.(type) {
	case []any:
		for i, resource := range resources {
			if err := r.armChild(parent, resource, at.at(i)); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, name := range sortedKeys(resources) {
			if err := r.armChild(parent, resources[name], at.at(name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// armChild reads a resource of a template and its children, whose types are relative to their parent's.
func (r *reader) armChild(parent string, value any, at *spot) error {
	if err := r.visit(at); err != nil {
		return err
	}
	resource, _ := value.(map[string]any)
	if existing, _ := resource["existing"].(bool); existing {
		return r.armResources(armType(parent, resource), resource["resources"], at.at("resources")) // only a reference
	}
	typ := armType(parent, resource)
	if err := r.armResource(typ, resource["properties"], at, at.at("properties")); err != nil {
		return err
	}
	return r.armResources(typ, resource["resources"], at.at("resources"))
}

// armType returns the full type of a resource. A resource nested in a Microsoft.KeyVault/vaults has the type `secrets`
// or the full type, which has a namespace with a dot.
func armType(parent string, resource map[string]any) string {
	typ, _ := resource["type"].(string)
	if first, _, _ := strings.Cut(typ, "/"); parent != "" && !strings.Contains(first, ".") {
		return parent + "/" + typ
	}
	return typ
}

// armResource reads one resource with a full type, which may end in @ and an API version. Types are case-insensitive.
func (r *reader) armResource(typ string, properties any, at, inside *spot) error {
	if err := r.visit(at); err != nil {
		return err
	}
	typ, _, _ = strings.Cut(typ, "@")
	lower := strings.ToLower(typ)
	if strings.HasPrefix(typ, "[") && strings.Contains(lower, "vaults/secrets") {
		typ = "Microsoft.KeyVault/vaults/secrets" // built by an expression
	}
	r.declare(resourceManager, typ, properties, at)
	object, _ := properties.(map[string]any)
	switch lower {
	case "microsoft.resources/deployments", "microsoft.resources/deploymentstacks":
		return r.nested(object, "template", inside)
	case "microsoft.resources/templatespecs/versions":
		return r.nested(object, "mainTemplate", inside)
	}
	return nil
}

func (r *reader) nested(properties map[string]any, name string, at *spot) error {
	if properties[name] == nil {
		return nil
	}
	return r.template(resourceManager, properties[name], at.at(name))
}

// armParentTypes returns the types in a parent's path, each followed by a slash: vaults/ for vaults/shop.
func armParentTypes(path string) string {
	var types strings.Builder
	for i, part := range strings.Split(strings.Trim(path, "/"), "/") {
		if i%2 == 0 && part != "" {
			types.WriteString(part + "/")
		}
	}
	return types.String()
}
