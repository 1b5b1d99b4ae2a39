package command

import (
	"slices"
	"strings"
)

// hands records the keys in a statement of PowerShell or Batch.
func (r *reader) hands(words, raw []string) {
	m := r.m
	if !slices.ContainsFunc(words, func(w string) bool { return strings.ContainsAny(w, marks) }) {
		return
	}
	first := strings.ToLower(words[0])
	if (first == "write-host" || first == "echo" || first == "write-output") &&
		!slices.ContainsFunc(words, func(w string) bool { return w[:min(1, len(w))] == ">" }) && r.lang == Batch {
		return
	}
	if before, _, ok := strings.Cut(raw[0], "="); ok {
		if name, ok := variableOf(before); ok {
			_, value, _ := strings.Cut(words[0], "=")
			m.handed(name, value+strings.Join(words[1:], " "))
		}
	}
	if name, ok := strings.CutSuffix(words[0], ","); ok { // of a call, whose brackets end a statement
		m.handed(name, strings.Join(words[1:], " "))
	}
	for i := range words {
		switch name, ok := variableOf(raw[i]); {
		case ok && i == 0 && len(words) > 2 && words[1] == "=":
			m.handed(name, strings.Join(words[2:], " "))
		case ok && i > 0 && (first == "set-item" || first == "new-item" || first == "si" || first == "ni"):
			m.handed(name, strings.Join(words[i+1:], " "))
		}
	}
	if name, value, ok := strings.Cut(strings.Join(words[1:], " "), "="); ok && first == "set" {
		m.handed(strings.Trim(name, `" `), value)
		return
	}
	if first != "write-host" {
		m.handedWords(words)
	}
}

// variableOf returns the name of an environment variable in PowerShell: $env:NAME, ${env:NAME}, env:NAME, Env:\NAME.
func variableOf(raw string) (name string, ok bool) {
	raw = strings.ToLower(strings.Trim(raw, `"'`))
	raw = strings.TrimPrefix(raw, "$")
	raw = strings.TrimSuffix(strings.TrimPrefix(raw, "{"), "}")
	if name, ok = strings.CutPrefix(raw, "env:"); !ok {
		return "", false
	}
	return strings.TrimLeft(name, `\/`), true
}
