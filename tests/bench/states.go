package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// kinds is the number of states that [states] makes resource by resource; the others differ from them in the project.
const kinds = 20

// states writes that many exported states, of about 500 resources each, below dir, and returns their paths. They break
// no policy.
func states(dir string, n int) (paths []string, err error) {
	const project = "shop"
	var texts [kinds][]byte
	for i := range min(n, kinds) {
		if texts[i], err = exported(seeded(450, uint64(i+1)), project); err != nil { // and their components
			return nil, err
		}
	}
	for i := range n {
		text := bytes.ReplaceAll(texts[i%kinds], []byte("::"+project+"::"), fmt.Appendf(nil, "::%s-%d::", project, i))
		paths = append(paths, filepath.Join(dir, fmt.Sprintf("team-%d", i%10), fmt.Sprintf("%s-%d.json", project, i)))
		if err := os.MkdirAll(filepath.Dir(paths[i]), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(paths[i], text, 0o600); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

// exported is the stack as `pulumi stack export` writes it: every resource with its inputs, with its outputs, which
// repeat them, and with what the engine keeps beside.
func exported(all []resource, project string) ([]byte, error) {
	const (
		in   = "production"
		when = "2026-03-04T05:06:07.891011Z"
		id   = "0f6c1b2a-7d8e-4f90-a1b2-c3d4e5f60718"
	)
	urn := func(types, name string) string {
		return place.URN{Stack: in, Project: project, Types: types, Name: name}.String()
	}
	root := urn(model.RootType, project+"-"+in)
	resources := []any{map[string]any{
		"urn": root, "custom": false, "type": model.RootType, "created": when, "modified": when,
		"outputs": map[string]any{"url": "https://shop.acme.example", "replicas": 3.0},
	}}
	providers := map[string]bool{}
	for i, r := range all {
		out := map[string]any{
			"urn": urn(r.token, r.name), "custom": r.custom(), "type": r.token, "parent": root,
			"inputs": plain(r.properties, i), "created": when, "modified": when,
			"sourcePosition": fmt.Sprintf("project:///src/%s.ts#%d,%d", r.name, i, 11),
		}
		if r.ignoreChanges != nil {
			out["ignoreChanges"] = r.ignoreChanges
		}
		if r.component != "" {
			parent := urn(r.component, r.name)
			resources = append(resources, map[string]any{
				"urn": parent, "custom": false, "type": r.component, "parent": root, "created": when, "modified": when,
			})
			out["parent"], out["urn"] = parent, urn(place.Types(r.component, r.token), r.name)
		}
		outputs, _ := plain(r.outputs, i).(map[string]any)
		if r.outputs == nil {
			outputs, _ = plain(r.properties, i).(map[string]any)
		}
		if r.custom() {
			pkg, _, _ := strings.Cut(r.token, ":")
			provider := urn("pulumi:providers:"+pkg, "default_9_0_0")
			if !providers[pkg] {
				providers[pkg] = true
				config := map[string]any{"region": "eu-west-1", "version": "9.0.0"}
				resources = append(resources, map[string]any{
					"urn": provider, "custom": true, "id": id, "type": "pulumi:providers:" + pkg,
					"inputs": config, "outputs": config, "created": when, "modified": when,
				})
			}
			name := fmt.Sprintf("%s-%07x", r.name, i*7919)
			outputs["id"], outputs["arn"] = name, "arn:aws:service:eu-west-1:123456789012:"+name
			if tags, ok := outputs["tags"]; ok {
				outputs["tagsAll"] = tags
			}
			out["id"], out["provider"] = name, provider+"::"+id
		}
		out["outputs"] = outputs
		if r.properties != nil {
			dependencies := map[string]any{}
			for key := range r.properties {
				dependencies[key] = []string{}
			}
			if _, ok := r.properties["vpcId"]; ok {
				dependencies["vpcId"] = []string{urn("aws:ec2/vpc:Vpc", "main")}
			}
			out["propertyDependencies"] = dependencies
		}
		resources = append(resources, out)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "    ")
	e.SetEscapeHTML(false)
	err := e.Encode(map[string]any{"version": 3, "deployment": map[string]any{
		"manifest":          map[string]any{"time": when, "magic": strings.Repeat("0a1b2c3d", 8), "version": "v3.200.0"},
		"secrets_providers": map[string]any{"type": "service", "state": map[string]any{"project": project, "stack": in}},
		"resources":         resources, "metadata": map[string]any{},
	}})
	return b.Bytes(), err
}

// plain turns a value into what a state holds: secrets are encrypted, and everything is known. The placeholder of a
// component is decrypted, as by --show-secrets, since the policies want to see it.
func plain(v any, i int) any {
	switch v := v.(type) {
	case secret:
		out := map[string]any{"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
		if v.value == any("REPLACE_ME") {
			out["plaintext"] = `"REPLACE_ME"`
		} else {
			out["ciphertext"] = "v1:" + strings.Repeat("Zm9v", 4) + ":" + strings.Repeat("YmFyYmF6", 8)
		}
		return out
	case unknown:
		return fmt.Sprintf("res-0%016x", i*7919)
	case map[string]any:
		out := map[string]any{}
		for key, value := range v {
			out[key] = plain(value, i)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for n, value := range v {
			out[n] = plain(value, i)
		}
		return out
	}
	return v
}
