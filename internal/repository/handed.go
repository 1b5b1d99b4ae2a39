package repository

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// issuers are the actions whose outputs are short-lived credentials, according to their documentation. If one of them
// receives a long-lived key itself, the finding is on its step.
var issuers = [...]string{
	"aws-actions/configure-aws-credentials", "aws-actions/amazon-ecr-login", "google-github-actions/auth",
	"azure/login",
	"pulumi/auth-actions", "pulumi/esc-action",
}

// issues reports whether the outputs of a step are freshly issued credentials.
func issues(uses string, with *yaml.Node) bool {
	name, _, _ := strings.Cut(uses, "@")
	for _, i := range issuers {
		if strings.EqualFold(name, i) {
			return true
		}
	}
	return strings.EqualFold(name, "hashicorp/vault-action") && dynamic(text(member(with, "secrets")))
}

// dynamic reports whether all values read from Vault are credentials that it issues for the reader, as the secrets
// engines of clouds do.
// https://developer.hashicorp.com/vault/docs/secrets/aws
func dynamic(secrets string) bool {
	all := false
	for line := range strings.FieldsFuncSeq(secrets, func(r rune) bool { return r == ';' || r == '\n' }) {
		path, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if path == "" {
			continue
		}
		if all = strings.Contains(path, "/creds/") || strings.Contains(path, "/sts/") ||
			strings.Contains(path, "/token/"); !all {
			return false
		}
	}
	return all
}

// hands adds the keys that a text passes on, and returns its other uses. Those of the head are reported where they are
// written, which is in env.
func (w *pipeline) hands(
	uses []command.Use, src *place.Lines, head int, job string, at func(line, col int) place.Position,
) []command.Use {
	others := uses[:0]
	for _, u := range uses {
		if u.Action != command.HandKey && u.Action != command.HandAll {
			others = append(others, u)
			continue
		}
		offset := src.Offset(place.Position{Line: u.Line, Column: u.Col})
		if offset < head {
			continue
		}
		line := src.Text[strings.LastIndexByte(src.Text[:offset], '\n')+1:]
		line, _, _ = strings.Cut(line, "\n")
		if u.Action == command.HandAll {
			if !slices.ContainsFunc(w.file.CI,
				func(k facts.FileKey) bool { return k.By == "all" && k.Job == w.shown(job) }) {
				w.all(at(u.Line, u.Col), job)
			}
			continue
		}
		w.handed(u, at(u.Line, u.Col), line, job)
	}
	return others
}

// all records that a job receives all secrets, one of which may be a key.
func (w *pipeline) all(at place.Position, job string) {
	w.file.CI = append(w.file.CI, facts.FileKey{At: at, Name: "toJSON(secrets)", By: "all", Job: w.shown(job)})
}

// handed adds a key that a line of a text passes on, unless env does with the same secret, or the line has been
// reported for it.
func (w *pipeline) handed(u command.Use, at place.Position, line, job string) {
	var refs []string
	for _, ref := range w.sources(references(line), 0) {
		if w.mark("${{"+ref+"}}", 0) != "" {
			refs = append(refs, ref)
		}
	}
	if !w.actions {
		for ref := range shellReferences(line) {
			refs = append(refs, "$"+ref)
		}
	}
	anew := !w.actions && len(refs) == 0 && command.Outside(line) // by what only the text refers to
	if !anew && w.already(job, u.Tool, refs) || len(w.file.CI) >= maxTold {
		return
	}
	k := facts.FileKey{At: at, Name: w.shown(u.Command), Cloud: u.Tool, By: "name", Job: w.shown(job)}
	for _, other := range w.file.CI {
		if other.At.Line == k.At.Line && other.Cloud == k.Cloud && other.Job == k.Job {
			return
		}
	}
	w.file.CI = append(w.file.CI, k)
}

// quiet reports whether a line of a script only mentions a secret: in a comment, to mask it in the log, or to test
// whether it is set.
func quiet(line string) bool {
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, "#") || strings.Contains(line, "::add-mask::") {
		return true
	}
	for _, test := range [...]string{"-n ", "-z "} {
		if before, _, ok := strings.Cut(line, test); ok &&
			(strings.HasSuffix(before, "[ ") || strings.HasSuffix(before, "[[ ") ||
				strings.HasSuffix(before, "test ")) &&
			strings.Count(line, "${{") == 1 {
			return true
		}
	}
	return false
}

// sweep adds the keys that a text in another language passes on, at a node.
func (w *pipeline) sweep(value, at *yaml.Node, job string) {
	for _, u := range command.Keys(w.marked(value.Value)) {
		w.handed(u, w.doc.at(at), value.Value, job)
	}
}

// issuing records the steps of a job that issue credentials.
func (w *pipeline) issuing(steps *yaml.Node) {
	w.issued = map[string]bool{}
	for _, step := range items(steps) {
		if id := text(member(step, "id")); id != "" && issues(text(member(step, "uses")), member(step, "with")) {
			w.issued[id] = true
		}
	}
}
