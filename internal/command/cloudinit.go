package command

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// stand replaces Unknown while YAML is parsed, which does not allow control characters.
const stand = "\ue000"

func known(n *yaml.Node) string { return strings.ReplaceAll(n.Value, stand, Unknown) }

// cloudConfig follows the commands and files of a #cloud-config, and of archives of these.
// https://cloudinit.readthedocs.io/en/latest/reference/modules.html
func (m *machine) cloudConfig(text string, depth int) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(strings.ReplaceAll(mask(text, false), Unknown, stand)), &doc); err != nil ||
		len(doc.Content) == 0 {
		m.fail(&SyntaxError{Line: 1, Col: 1})
		m.lines(text)
		return
	}
	root := resolved(doc.Content[0])
	if root.Kind == yaml.SequenceNode { // #cloud-config-archive
		for _, item := range root.Content {
			if content := entryOf(item, "content"); content != nil {
				m.scalar(content, func(text string) { m.embedded(text, depth+1) })
			}
		}
		return
	}
	m.writeFiles(entryOf(root, "write_files"))
	for _, key := range [...]string{"bootcmd", "runcmd"} {
		m.commands(entryOf(root, key))
	}
	m.commands(entryOf(entryOf(root, "snap"), "commands"))
	if install := entryOf(root, "autoinstall"); install != nil {
		m.commands(entryOf(install, "early-commands"))
		m.commands(entryOf(install, "late-commands"))
	}
	m.finish()
}

// writeFiles records the contents of files, which commands may run.
func (m *machine) writeFiles(files *yaml.Node) {
	if files == nil {
		return
	}
	for _, item := range files.Content {
		path, content := entryOf(item, "path"), entryOf(item, "content")
		if path == nil {
			continue
		}
		m.at = m.place.of(path.Line, path.Column)
		if Dotenv(known(path)) {
			m.found("cloud-init", "write_files .env", WriteDotenv, true)
		}
		if content == nil {
			continue
		}
		text := known(content)
		if encoding := entryOf(item, "encoding"); encoding != nil {
			text = decoded(text, encoding.Value)
		} else if content.Tag == "!!binary" {
			text = decoded(text, "b64")
		}
		m.write(known(path), text)
	}
}

func decoded(text, encoding string) string {
	if strings.Contains(encoding, "64") {
		raw, ok := decode64(strings.TrimSpace(text) + strings.Repeat("\n", 24))
		if !ok {
			return Unknown
		}
		text = raw
	}
	if strings.HasPrefix(encoding, "gz") {
		raw, ok := unzip(text)
		if !ok {
			return Unknown
		}
		text = raw
	}
	return text
}

// commands follows a list of commands: strings for a shell, and lists of arguments.
func (m *machine) commands(list *yaml.Node) {
	if list == nil {
		return
	}
	for _, item := range list.Content {
		item = resolved(item)
		if !m.more(len(item.Value) + 256*len(item.Content)) {
			return
		}
		switch item.Kind {
		case yaml.ScalarNode:
			m.scalar(item, func(text string) { m.nested(text, stream{line: 1}) })
		case yaml.SequenceNode:
			var argv []string
			for _, a := range item.Content {
				argv = append(argv, known(resolved(a)))
			}
			m.at = m.place.of(item.Line, item.Column)
			m.exec(argv, stream{text: Unknown})
		}
	}
}

// scalar calls follow with a string, at its position.
func (m *machine) scalar(n *yaml.Node, follow func(text string)) {
	saved := m.place
	defer func() { m.place = saved }()
	n = resolved(n)
	switch {
	case m.place.fixed:
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		m.place.line += n.Line
	default:
		at := m.place.of(n.Line, n.Column)
		m.place = place{line: at.line, col: at.col, fixed: true}
	}
	m.depth++ // the whole document is one text
	follow(known(n))
	m.depth--
}

// entryOf returns the value of a key of a mapping, or nil.
func entryOf(n *yaml.Node, key string) *yaml.Node {
	n = resolved(n)
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return resolved(n.Content[i+1])
		}
	}
	return nil
}

func resolved(n *yaml.Node) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.AliasNode && i < maxDepth; i++ {
		n = n.Alias
	}
	return n
}
