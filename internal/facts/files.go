package facts

import (
	"path"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// file is a .env file that a resource deploys.
type file struct {
	name string
	path place.Path
	how  string
}

// scanFiles lists the .env files among assets and in archives, if it has such, and those that are keys of bucket
// objects or config maps.
func (r *Resource) scanFiles(assets bool) {
	if assets {
		f := &fileWalker{}
		f.fields(r.properties, 0)
		r.files = f.found
	}
	switch {
	case r.Kind != nil && r.Kind.Subclass == "object-write":
		for _, key := range [...]string{"key", "name", "filename", "file"} {
			if s, ok := r.String(key); ok && command.Dotenv(s) {
				how := "object-key"
				if key == "filename" || key == "file" {
					how = "file"
				}
				r.files = append(r.files, file{s, []any{key}, how})
			}
		}
	case strings.HasPrefix(r.Type, "kubernetes:core/v1:ConfigMap"),
		strings.HasPrefix(r.Type, "kubernetes:core/v1:Secret"):
		for _, in := range [...]string{"data", "stringData", "binaryData"} {
			for _, key := range model.Fields(r.properties, in).Keys() {
				if command.Dotenv(key) {
					r.files = append(r.files, file{key, []any{in, key}, "config-map"})
				}
			}
		}
	}
}

// fileWalker finds assets.
type fileWalker struct {
	path  place.Path
	found []file
}

func (f *fileWalker) fields(object model.Value, depth int) {
	if depth > MaxDepth {
		return
	}
	for _, k := range object.Keys() {
		f.at(k, object.Field(k), depth)
	}
}

func (f *fileWalker) at(step any, v model.Value, depth int) {
	f.path = append(f.path, step)
	f.value(v, depth+1)
	f.path = f.path[:len(f.path)-1]
}

func (f *fileWalker) value(v model.Value, depth int) {
	switch v.Kind() {
	case model.List:
		for i := range v.Len() {
			f.at(i, v.Item(i), depth)
		}
	case model.Object:
		f.fields(v, depth)
	case model.Secret:
		f.value(v.Inner(), depth+1)
	case model.Asset:
		for _, k := range [...]string{"path", "uri"} {
			f.add(model.Text(v, k), "asset")
		}
	case model.Archive:
		f.add(model.Text(v, "path"), "archive")
		assets := model.Fields(v, "assets")
		for _, name := range assets.Keys() {
			f.add(name, "archive")
			f.value(assets.Field(name), depth+1)
		}
	case model.Null, model.Bool, model.Number, model.String, model.Unknown, model.Reference, model.Foreign:
	}
}

func (f *fileWalker) add(name, how string) {
	if name == "" || !command.Dotenv(name) {
		return
	}
	f.found = append(f.found, file{path.Base(strings.ReplaceAll(name, "\\", "/")), append([]any(nil), f.path...), how})
}

func (f file) term(run *Run, urn string) *ast.Term {
	o := new(object)
	o.str("name", f.name)
	o.str("how", f.how)
	o.place(run, urn, f.path)
	return o.term()
}
