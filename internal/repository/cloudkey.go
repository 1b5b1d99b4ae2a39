package repository

import (
	"iter"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/login"
)

// keys looks for long-lived cloud keys among the values of a mapping in a workflow: variables, inputs, and nested
// values.
func (w *pipeline) keys(n *yaml.Node, under, job string) {
	if n == nil {
		return
	}
	var mapping func(n *yaml.Node, named bool, depth int)
	mapping = func(n *yaml.Node, named bool, depth int) {
		all := members(n)
		session := false
		for _, p := range all {
			session = session || ofSession(p.key.Value) && text(p.value) != ""
		}
		for _, p := range all {
			if depth < 8 && isMapping(p.value) {
				mapping(p.value, named || p.key.Value == "env", depth+1)
				continue
			}
			for _, v := range items(p.value) {
				if v.Kind == yaml.ScalarNode {
					w.key(p.key, v, named, session, job)
				}
			}
		}
	}
	w.inputs = under == "with"
	mapping(n, under == "env" || under == "with", 0)
}

// ofSession reports whether a variable or an input contains a session token, whose key expires.
func ofSession(name string) bool {
	return strings.Contains(strings.ToUpper(strings.ReplaceAll(name, "-", "_")), "AWS_SESSION_TOKEN")
}

// key checks one value with its name.
func (w *pipeline) key(name, value *yaml.Node, named, session bool, job string) {
	w.look(&setting{at: name, name: name.Value, value: value, text: text(value)}, named, session, job)
}

// look checks one value: by its name if it is a variable or an input, by the secret that it refers to, and by its
// format.
func (w *pipeline) look(a *setting, named, session bool, job string) {
	v := strings.TrimSpace(a.text)
	if v == "" {
		return
	}
	k := facts.FileKey{At: w.doc.at(a.at), Name: w.shown(a.name), Job: w.shown(job)}
	if !w.refers(v) {
		for _, m := range w.detector.Find(v, detect.Evidence{Name: a.name}) {
			if m.CloudKey != "" && !m.ShortLived && !session {
				k.Cloud, k.By = m.CloudKey, "value"
			}
		}
		if k.By != "" {
			from, to := w.doc.span(a.value)
			k.Value = facts.Value{Name: k.Name, Digest: facts.DigestOf(w.data[from:to])}
			w.told = append(w.told, part{from: from, to: to, clouds: true})
			w.file.CI = append(w.file.CI, k)
		}
		return // under the name of a key, but none: test, or a folder
	}
	if named {
		k.Cloud = login.Variable(a.name)
	}
	if referred := cloudSecret(v); k.Cloud == "" {
		k.Cloud = referred
	}
	if ref := single(v); k.Cloud == "" && ref != "GOOGLE_APPLICATION_CREDENTIALS" { // which may be a path
		k.Cloud = login.Variable(ref)
	}
	switch {
	case k.Cloud == "" && everything(v):
		w.all(k.At, job)
		return
	case k.Cloud == "":
		w.sweep(a.value, a.at, job)
		return
	case k.Cloud == login.AWS && session, k.Cloud == login.Google && made(v), facts.Federated(v), !w.holds(v):
		return
	}
	k.By = "name"
	if !w.inputs { // which its commands see
		w.hand(job, k.Cloud, a.name, v)
	}
	w.file.CI = append(w.file.CI, k)
}

// everything reports whether a value is the object of all secrets.
func everything(value string) bool {
	inside, ok := strings.CutPrefix(strings.ToLower(strings.ReplaceAll(value, " ", "")), "${{")
	return ok && strings.HasPrefix(inside, "tojson(secrets)}}")
}

// refers reports whether a value is a reference rather than a literal.
func (w *pipeline) refers(value string) bool {
	return strings.Contains(value, "${{") || strings.HasPrefix(value, "$") ||
		w.marker != nil && w.marker(value) != value
}

// holds reports whether a value may be a key. An expression may be one if a part of it comes from outside the job.
func (w *pipeline) holds(value string) bool {
	if w.marker != nil {
		marked := w.marker(value)
		return marked == value || command.Outside(marked)
	}
	if !strings.Contains(value, "${{") {
		return true
	}
	kind := w.mark(value, 0)
	return kind != "" && kind != command.Issued
}

// made reports whether a value is the output of an earlier step, such as the file that google-github-actions/auth
// writes, or the name of a file.
func made(value string) bool {
	inside := strings.NewReplacer("${{", " ", "}}", " ").Replace(value)
	for _, w := range strings.FieldsFunc(inside, func(r rune) bool { return strings.ContainsRune(" ()&|!,=", r) }) {
		known := false
		for _, p := range [...]string{"steps.", "needs.", "runner.", "github.", "/", "."} {
			known = known || strings.HasPrefix(w, p)
		}
		if !known {
			return false
		}
	}
	return true
}

// expressions looks for cloud secrets in the expressions of a script.
func (w *pipeline) expressions(n *yaml.Node, job string) {
	inside := w.doc.inside(n)
	for at, name := range secretNames(n.Value) {
		if len(w.file.CI) >= maxTold {
			return
		}
		line := n.Value[strings.LastIndexByte(n.Value[:at], '\n')+1:]
		line, _, _ = strings.Cut(line, "\n")
		if cloud := login.Variable(name); cloud != "" && !quiet(line) &&
			!w.already(job, cloud, []string{"secrets." + name}) {
			w.file.CI = append(w.file.CI, facts.FileKey{
				At: inside(at), Name: w.shown(name), Cloud: cloud, By: "name", Job: w.shown(job),
			})
		}
	}
}

// cloudSecret returns the cloud of the first cloud key among the secrets that a value refers to.
func cloudSecret(value string) string {
	for _, name := range secretNames(value) {
		if cloud := login.Variable(name); cloud != "" {
			return cloud
		}
	}
	return ""
}

// secretNames yields the secrets that the expressions of a text refer to, as secrets.NAME or secrets['NAME'], with
// their offsets.
func secretNames(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for at, inside := range expressionsIn(text) {
			at += len("${{")
			for in := strings.Index(inside, "secrets"); in >= 0; in = strings.Index(inside, "secrets") {
				ref, end := reference(inside, in)
				name, ok := strings.CutPrefix(ref, "secrets.")
				name, _, _ = strings.Cut(name, ".")
				if name = strings.TrimRight(name, "*"); ok && name != "" && !yield(at+in, name) {
					return
				}
				inside, at = inside[end:], at+end
			}
		}
	}
}
