package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/example"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// excerpt is a part of an example the way people write it: a program in Pulumi YAML, a configuration, a file.
type excerpt struct {
	file string // empty for the program
	text string
}

// language is what a Markdown fence calls the excerpt's language.
func (s excerpt) language() string {
	if s.file == "" {
		return "yaml"
	}
	base := path.Base(s.file)
	ext := strings.TrimPrefix(path.Ext(base), ".")
	known := map[string]string{
		"json": "json", "py": "python", "sh": "bash", "tf": "hcl", "ts": "typescript", "yaml": "yaml", "yml": "yaml",
		"Dockerfile": "dockerfile", "Makefile": "makefile",
	}
	return cmp.Or(known[base], known[ext], "text")
}

// shortener writes examples the way people write programs. Secrets in them are masked, so that nothing that is printed
// looks like one.
type shortener struct {
	detector *detect.Detector
	example  example.Case // the one being written
	secrets  []string     // its secrets
}

func newShortener() (*shortener, error) {
	d, err := detect.New(detect.Options{})
	return &shortener{detector: d}, err
}

const (
	hidden      = "********"
	longest     = 120 // characters of a line of a value that are shown
	most        = 20  // lines of a value that are shown
	leastSecret = 6   // characters from which on an example's secret is masked inside other values
)

// excerpts writes an example of a policy: its configuration, the stack's configuration, the program and the files.
func (s *shortener) excerpts(policy string, c example.Case) []excerpt {
	s.example, s.secrets = c, c.Secrets()
	var all []excerpt
	if config := s.policyConfig(policy); config != "" {
		all = append(all, excerpt{"policy-config.json", config})
	}
	if config := s.stackConfig(); len(config.Content) > 0 {
		all = append(all, excerpt{"Pulumi." + c.Run.Stack + ".yaml", written(config)})
	}
	if program := s.program(); len(program.Content) > 0 {
		all = append(all, excerpt{"", written(program)})
	}
	for _, f := range c.Files {
		all = append(all, excerpt{f.Name, s.file(f)})
	}
	return all
}

// policyConfig is the file with the parameters and the settings of the example.
func (s *shortener) policyConfig(policy string) string {
	config := map[string]any{}
	if s.example.Settings != nil {
		config[pack.SettingsPolicy] = s.example.Settings
	}
	if s.example.Parameters != nil {
		config[policy] = s.example.Parameters
	}
	if len(config) == 0 {
		return ""
	}
	text := pasted(config)
	var line bytes.Buffer
	if err := json.Compact(&line, []byte(text)); err == nil && line.Len() < longest {
		text = line.String()
	}
	return s.masked("", text)
}

// stackConfig is the stack's configuration.
func (s *shortener) stackConfig() *yaml.Node {
	config := mapping()
	for _, key := range slices.Sorted(maps.Keys(s.example.Run.Config)) {
		value := s.scalar(key, s.example.Run.Config[key])
		if slices.Contains(s.example.Run.SecretConfig, key) {
			value = put(mapping(), "secure", scalar(hidden))
		}
		put(config, key, value)
	}
	return put(mapping(), "config", config)
}

// program is the program in Pulumi YAML: the resources and the stack's outputs.
func (s *shortener) program() *yaml.Node {
	resources, outputs := mapping(), mapping()
	names := s.names()
	for i, r := range s.example.Resources {
		shown := r.Properties
		if len(shown) == 0 {
			shown = r.Outputs
		}
		if r.Type == model.RootType {
			outputs = s.value("", model.Of(shown))
			continue
		}
		kind, options := scalar(r.Type), s.options(r)
		if parent := slices.IndexFunc(s.example.Resources, func(other example.Resource) bool {
			return len(r.Ancestors) > 0 && other.Type == r.Ancestors[0] &&
				slices.Equal(other.Ancestors, r.Ancestors[1:])
		}); parent >= 0 {
			put(options, "parent", scalar("${"+names[parent]+"}"))
		} else if len(r.Ancestors) > 0 {
			kind.LineComment = "inside " + strings.Join(r.Ancestors, " inside ")
		}
		put(resources, names[i],
			put(put(put(mapping(), "type", kind), "properties", s.value("", model.Of(shown))), "options", options))
	}
	return put(put(mapping(), "resources", resources), "outputs", outputs)
}

// names are the names of the resources in the program, where each can have only one.
func (s *shortener) names() []string {
	var names []string
	for _, r := range s.example.Resources {
		name := r.Name
		for n := 2; slices.Contains(names, name); n++ {
			name = fmt.Sprintf("%s-%d", r.Name, n)
		}
		names = append(names, name)
	}
	return names
}

// options are the resource's options, except its parent.
func (s *shortener) options(r example.Resource) *yaml.Node {
	options := mapping()
	if r.Options.Protect {
		put(options, "protect", encoded(true))
	}
	for _, list := range []struct {
		name  string
		items []string
	}{
		{"ignoreChanges", r.Options.IgnoreChanges},
		{"aliases", r.Options.Aliases},
		{"additionalSecretOutputs", r.Options.AdditionalSecretOutputs},
	} {
		if list.items != nil {
			put(options, list.name, encoded(list.items))
		}
	}
	return put(options, "provider", s.value("", model.Of(r.Provider)))
}

// value writes a property, and an empty object as an empty mapping.
func (s *shortener) value(key string, v model.Value) *yaml.Node {
	switch v.Kind() {
	case model.String:
		return s.scalar(key, v.Text())
	case model.Unknown:
		n := scalar("${…}")
		n.LineComment = "not known before the update"
		return n
	case model.Secret:
		return s.secret(key, v.Inner())
	case model.Asset, model.Archive:
		return s.source(key, v)
	case model.Object:
		object := mapping()
		for _, key := range v.Keys() {
			object.Content = append(object.Content, scalar(key), s.value(key, v.Field(key)))
		}
		return object
	case model.List:
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for i := range v.Len() {
			list.Content = append(list.Content, s.value(key, v.Item(i)))
		}
		return list
	case model.Null, model.Bool, model.Number, model.Reference, model.Foreign:
	}
	return encoded(model.Plain(v, nil))
}

// secret writes a value that is marked secret: with a reference to the secret config that it comes from, or with its
// mark.
func (s *shortener) secret(key string, v model.Value) *yaml.Node {
	run, text := s.example.Run, v.Text()
	for _, name := range run.SecretConfig {
		if config := run.Config[name]; len(config) >= leastSecret {
			text = strings.ReplaceAll(text, config, "${"+strings.TrimPrefix(name, run.Project+":")+"}")
		}
	}
	if text != v.Text() {
		return s.scalar(key, text)
	}
	inner := s.value(key, v)
	hide(inner)
	return put(mapping(), "fn::secret", inner)
}

// hide masks every value below a node that is known.
func hide(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && n.LineComment == "" {
		n.SetString(hidden)
	}
	for i, child := range n.Content {
		if n.Kind != yaml.MappingNode || i%2 == 1 {
			hide(child)
		}
	}
}

// source writes an asset or an archive.
func (s *shortener) source(key string, v model.Value) *yaml.Node {
	names := map[string]string{"text": "fn::stringAsset", "path": "fn::fileAsset", "uri": "fn::remoteAsset"}
	if v.Kind() == model.Archive {
		names = map[string]string{
			"assets": "fn::assetArchive", "path": "fn::fileArchive", "uri": "fn::remoteArchive",
		}
	}
	for _, field := range slices.Sorted(maps.Keys(names)) {
		if given := v.Field(field); given != nil {
			return put(mapping(), names[field], s.value(key, given))
		}
	}
	return encoded(nil)
}

// scalar writes a string, with its secrets masked.
func (s *shortener) scalar(key, value string) *yaml.Node {
	lines := strings.SplitAfter(s.masked(key, value), "\n")
	if len(lines) > most {
		lines = append(lines[:most], "…\n")
	}
	for i, line := range lines {
		if runes := []rune(line); len(runes) > longest {
			lines[i] = string(runes[:longest-1]) + "…"
		}
	}
	n := scalar(strings.Join(lines, ""))
	if len(lines) > 1 {
		n.Style = yaml.LiteralStyle
	}
	return n
}

// masked returns a string with its secrets masked: those that are detected, and those of the example.
func (s *shortener) masked(key, value string) string {
	matches := s.detector.Find(value, detect.Evidence{Name: key})
	spans := detect.Extents(value, matches)
	return s.without(value, spans)
}

// file is the content of a file, with its secrets masked.
func (s *shortener) file(f example.SourceFile) string {
	var spans []detect.Span
	for _, m := range s.detector.File(f.Name, []byte(f.Text)) {
		spans = append(spans, detect.Span{Start: m.Start, End: m.End})
	}
	return s.without(f.Text, spans)
}

// without masks spans of a text, in their order, and the example's secrets.
func (s *shortener) without(text string, spans []detect.Span) string {
	var b strings.Builder
	end := 0
	for _, span := range spans {
		if span.Start >= end {
			b.WriteString(text[end:span.Start] + hidden)
		}
		end = max(end, span.End)
	}
	text = b.String() + text[end:]
	for _, secret := range s.secrets {
		if len(secret) >= leastSecret {
			text = strings.ReplaceAll(text, secret, hidden)
		}
	}
	return text
}

func mapping() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode} }

func scalar(value string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(value)
	return n
}

// encoded is the node of a value that always encodes.
func encoded(v any) *yaml.Node {
	n := &yaml.Node{}
	if err := n.Encode(v); err != nil {
		return scalar(err.Error())
	}
	return n
}

// put adds an entry to a mapping, which it returns. An empty mapping is left out.
func put(m *yaml.Node, key string, value *yaml.Node) *yaml.Node {
	if value.Kind != yaml.MappingNode || len(value.Content) > 0 {
		m.Content = append(m.Content, scalar(key), value)
	}
	return m
}

// written encodes a document as people indent it.
func written(n *yaml.Node) string {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(n); err != nil {
		return err.Error() // strings always encode
	}
	return b.String()
}
