package repository

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/login"
)

// setting is a variable of a job.
type setting struct {
	at    *yaml.Node // where its name stands
	name  string
	value *yaml.Node // nil where the system keeps it
	text  string     // of the value
	kept  string     // what the system keeps it as, where that has a name
	// under is the value that is the name of a secret, or ciphertext that only the system can decrypt; nil if neither.
	under *yaml.Node
}

// keeps are the keys of a mapping, used in place of a value, that refer to a secret in the system.
var keeps = [...]string{"from_secret", "fromSecret", "secure"}

// settings returns the variables of a job: members of a mapping, or a list of NAME=value, of bare names, whose values
// the system provides, and of mappings.
func settings(n *yaml.Node) []setting {
	var all []setting
	if !isMapping(n) {
		for _, item := range items(n) {
			switch {
			case member(item, "name") != nil && isName(text(member(item, "name"))):
				key, _ := memberOf(item, "name")
				a := setting{at: key, name: text(member(item, "name")), value: member(item, "value")}
				if a.text = text(a.value); a.value != nil && a.value.Kind == yaml.ScalarNode {
					all = append(all, a)
				}
			case isMapping(item):
				all = append(all, settings(item)...)
			case item.Kind == yaml.ScalarNode && item.Tag != "!!null":
				all = append(all, lineOfVariables(item)...)
			}
		}
		return all
	}
	for _, p := range members(n) {
		a := setting{at: p.key, name: p.key.Value, value: p.value, text: text(p.value)}
		if p.value.Kind == yaml.MappingNode {
			a.value = member(p.value, "value")
			a.text = text(a.value)
			for _, k := range keeps {
				if kept := member(p.value, k); kept != nil {
					a.value, a.text, a.kept, a.under = nil, "", text(kept), kept
					if k == "secure" {
						a.kept = " "
					}
				}
			}
			if a.value == nil && a.kept == "" {
				continue
			}
		}
		if a.value != nil && a.value.Kind != yaml.ScalarNode {
			continue
		}
		all = append(all, a)
	}
	return all
}

// lineOfVariables returns the variables of one line: NAME=value NAME='a value', or a bare name.
func lineOfVariables(n *yaml.Node) []setting {
	var all []setting
	if !strings.ContainsRune(n.Value, '=') {
		if name := strings.TrimSpace(n.Value); isName(name) {
			return []setting{{at: n, name: name}}
		}
		return nil
	}
	for _, word := range shellWords(n.Value) {
		name, value, ok := strings.Cut(word, "=")
		if ok && isName(name) {
			all = append(all, setting{at: n, name: name, value: n, text: strings.Trim(value, `"'`)})
		}
	}
	return all
}

func isName(s string) bool {
	return s != "" && (s[0] < '0' || s[0] > '9') && strings.IndexFunc(s, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0
}

// environment adds the cloud keys among the variables of a job, and returns the variables including inherited ones, in
// the form that [pipeline.run] expects.
func (w *pipeline) environment(around []string, of *yaml.Node, job string) []string {
	all := settings(of)
	env := settled(around, all)
	w.give(all, env, job)
	return env
}

// give adds the cloud keys that a job receives as variables.
func (w *pipeline) give(all []setting, env []string, job string) {
	session := false
	for _, a := range all {
		session = session || ofSession(a.name)
	}
	w.inputs = false
	for i := range all {
		a := &all[i]
		w.harmless(a.under)
		switch cloud := cloudOf(a.name, a.kept); {
		case a.value != nil:
			if !isConstant(a.text, env) {
				w.look(a, true, session, job)
			}
		case cloud != "" && (cloud != login.AWS || !session):
			w.keep(a.at, a.name, cloud, job)
		}
	}
}

// harmless notes that a value is the name of a secret, or ciphertext that only the system can decrypt, so the name
// beside it is irrelevant.
func (w *pipeline) harmless(n *yaml.Node) {
	if n = resolved(n); n != nil && n.Kind == yaml.ScalarNode && n.Value != "" {
		from, to := w.doc.span(n)
		w.told = append(w.told, part{from: from, to: to, named: true})
	}
}

// keep adds a key that the system stores and passes to a job under a name.
func (w *pipeline) keep(at *yaml.Node, name, cloud, job string) {
	w.hand(job, cloud, name, "")
	w.file.CI = append(w.file.CI, facts.FileKey{
		At: w.doc.at(at), Name: w.shown(name), Cloud: cloud, By: "name", Job: w.shown(job),
	})
}

// isConstant reports whether a value is just a variable whose value is in the file, where it has been checked.
func isConstant(value string, env []string) bool {
	name := single(value)
	return name != "" && slices.ContainsFunc(env, func(a string) bool {
		return strings.HasPrefix(a, name+"=") && !strings.Contains(a, "$")
	})
}

// cloudOf returns the cloud that a variable authenticates to, by its name or by that of its source.
func cloudOf(names ...string) string {
	for _, name := range names {
		if cloud := login.Variable(name); cloud != "" {
			return cloud
		}
	}
	return ""
}

// single returns the name of the variable if a value consists of just one: $NAME, ${NAME}, $(NAME).
func single(value string) string {
	name, ok := strings.CutPrefix(value, "$")
	if n := len(name); n > 2 && (name[0] == '{' && name[n-1] == '}' || name[0] == '(' && name[n-1] == ')') {
		name = name[1 : n-1]
	}
	if !ok || strings.Trim(name, "-._abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return ""
	}
	return name
}

// settled adds the variables with literal values to the inherited ones.
func settled(around []string, all []setting) []string {
	var own []string
	for _, a := range all {
		if a.text != "" && isName(a.name) {
			own = append(own, a.name+"="+quoted(a.text))
		}
	}
	return known(slices.Clone(around), own)
}
