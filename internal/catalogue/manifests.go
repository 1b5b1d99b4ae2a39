package catalogue

import "strings"

// deploymentManager reads a Google Cloud Deployment Manager configuration. Types are those of Deployment Manager
// (iam.v1.serviceAccounts.key), or collections of a type provider (gcp-types/secretmanager-v1:projects.secrets), which
// a project can register under any name.
func (r *reader) deploymentManager(value any, at *spot) error {
	if err := r.visit(at); err != nil {
		return err
	}
	config, _ := value.(map[string]any)
	resources, _ := config["resources"].([]any)
	for i, item := range resources {
		where := at.at("resources", i)
		if err := r.visit(where); err != nil {
			return err
		}
		resource, _ := item.(map[string]any)
		typ, _ := resource["type"].(string)
		if known := r.catalogue.templates.byType[typeKey(deploymentManager, collection(typ))]; known != nil {
			r.found = append(r.found,
				Declared{Type: typ, Class: known.Class, Manager: known.Manager, Path: where.path()})
		}
	}
	return nil
}

func collection(typ string) string {
	if i := strings.LastIndexByte(typ, ':'); i >= 0 {
		return typ[i:]
	}
	return typ
}

// kubernetes reads manifests anywhere in the value: a Crossplane Composition contains them as patterns.
func (r *reader) kubernetes(value any, at *spot) error {
	if err := r.visit(at); err != nil {
		return err
	}
	switch value := value.(type) {
	case []any:
		for i, item := range value {
			if err := r.kubernetes(item, at.at(i)); err != nil {
				return err
			}
		}
	case map[string]any:
		version, _ := value["apiVersion"].(string)
		name, _ := value["kind"].(string)
		if version != "" && name != "" {
			r.manifest(version, name, value, at)
		}
		for _, key := range sortedKeys(value) {
			if err := r.kubernetes(value[key], at.at(key)); err != nil {
				return err
			}
		}
	}
	return nil
}

// manifest declares an object by the entry that it would have as a resource. The API's core group has no name in a
// manifest.
func (r *reader) manifest(version, name string, object map[string]any, at *spot) {
	if !strings.Contains(version, "/") {
		version = "core/" + version
	}
	kind := r.catalogue.Kind("kubernetes:" + version + ":" + name)
	if kind == nil || kind.Subclass != "" || !kind.Condition.holds(object) {
		return
	}
	if kind.Class != Store && kind.Class != Version && !kind.CloudKey {
		return
	}
	r.found = append(r.found,
		Declared{Type: version + "/" + name, Class: kind.Class, Manager: kind.Manager, Path: at.path()})
}
