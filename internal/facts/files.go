package facts

import (
	"path"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/place"
)

// file is a .env file that a resource ships.
type file struct {
	name string
	path place.Path
	how  string
}

// scanFiles lists the .env files among assets, in archives, as keys of bucket objects and of config maps.
func (r *Resource) scanFiles() {
	f := &fileWalker{}
	f.fields(r.properties.GetFields(), 0)
	r.files = f.found
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
	case strings.HasPrefix(r.Type, "kubernetes:core/v1:ConfigMap"), strings.HasPrefix(r.Type, "kubernetes:core/v1:Secret"):
		for _, in := range [...]string{"data", "stringData", "binaryData"} {
			for _, key := range sortedKeys(r.properties.GetFields()[in].GetStructValue().GetFields()) {
				if command.Dotenv(key) {
					r.files = append(r.files, file{key, []any{in, key}, "config-map"})
				}
			}
		}
	}
}

// fileWalker looks for assets.
type fileWalker struct {
	path  place.Path
	found []file
}

func (f *fileWalker) fields(fields map[string]*structpb.Value, depth int) {
	if depth > MaxDepth {
		return
	}
	for _, k := range sortedKeys(fields) {
		f.path = append(f.path, k)
		f.value(fields[k], depth+1)
		f.path = f.path[:len(f.path)-1]
	}
}

func (f *fileWalker) value(v *structpb.Value, depth int) {
	for i, item := range v.GetListValue().GetValues() {
		f.path = append(f.path, i)
		f.value(item, depth+1)
		f.path = f.path[:len(f.path)-1]
	}
	fields := v.GetStructValue().GetFields()
	if len(fields) == 0 || depth > MaxDepth {
		return
	}
	switch fields[sigKey].GetStringValue() {
	case "":
		f.fields(fields, depth)
	case sigSecret, sigOutput:
		f.value(fields["value"], depth+1)
	case sigAsset:
		for _, k := range [...]string{"path", "uri"} {
			f.add(fields[k].GetStringValue(), "asset")
		}
	case sigArchive:
		f.add(fields["path"].GetStringValue(), "archive")
		for _, name := range sortedKeys(fields["assets"].GetStructValue().GetFields()) {
			f.add(name, "archive")
			f.value(fields["assets"].GetStructValue().GetFields()[name], depth+1)
		}
	}
}

func (f *fileWalker) add(name, how string) {
	if name == "" || !command.Dotenv(name) {
		return
	}
	f.found = append(f.found, file{path.Base(strings.ReplaceAll(name, "\\", "/")), append([]any(nil), f.path...), how})
}

func (f file) term() *ast.Term {
	o := new(object)
	o.str("name", f.name)
	o.str("how", f.how)
	o.add("path", pathTerm(f.path))
	return o.term()
}
