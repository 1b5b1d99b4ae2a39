package catalogue

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/jsonl"
)

// derivedLine returns the line of a type in derived.jsonl. It searches the lines, so it needs no index at start-up.
func (c *Catalogue) derivedLine(token string) (string, bool) {
	lines := c.derived()
	i, ok := slices.BinarySearchFunc(lines, token, func(line, token string) int {
		have, _, _ := field(line, tokenFirst)
		return strings.Compare(have, token)
	})
	if !ok {
		return "", false
	}
	return lines[i], true
}

// checkDerived returns the errors in derived.jsonl, which is generated.
func (c *Catalogue) checkDerived() []error {
	var errs []error
	previous := ""
	for i, line := range c.derived() {
		r, err := parseRow(line)
		switch {
		case err != nil:
		case r.Token <= previous:
			err = fmt.Errorf("%s: expected the tokens sorted and each once", r.Token)
		case r.Is != "" && (c.entries[r.Token] != nil || c.entries[r.Is] == nil || c.entries[r.Is].is != ""):
			err = fmt.Errorf("%s: is: expected another name of a type in %s", r.Token, resourcesFile)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w; run make derive", derivedFile, i+1, err))
		}
		previous = r.Token
	}
	return errs
}

// Fact is the information in a provider's package about one resource type.
type Fact struct {
	Package string   // name and version
	Inputs  []string // top-level, sorted
	Marked  []string // the inputs that the SDK marks secret
	Outputs []string // the outputs that the SDK marks secret, inputs included
	Aliases []string // other tokens of the type
}

// Derive returns the content of derived.jsonl: the packages' facts about the types listed in resources.jsonl, and the
// aliases of those types that neither that file nor a form has. It returns an error for each path of resources.jsonl
// that does not begin with an input of its type.
func Derive(files fs.FS, facts map[string]Fact) ([]byte, error) {
	c, err := Load(files)
	if err != nil {
		return nil, err
	}
	c.derived = func() []string { return nil } // existing derived data must not influence the result
	var errs sortedErrors
	rows := map[string]row{}
	for _, token := range c.Tokens() {
		e := c.entries[token]
		fact, ok := facts[token]
		if !ok || e.is != "" {
			continue
		}
		r, err := parseRow(e.line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", resourcesFile, e.row, err)
		}
		for _, path := range append(slices.Clone(r.Values), r.Name) {
			if path != "" && !slices.Contains(fact.Inputs, input(path)) {
				err := fmt.Errorf("%s:%d: %s: no input %q in %s", resourcesFile, e.row, token, input(path),
					fact.Package)
				errs = append(errs, err)
			}
		}
		outputs := slices.DeleteFunc(slices.Clone(fact.Outputs), func(name string) bool {
			return slices.Contains(fact.Marked, name)
		})
		if len(fact.Marked)+len(outputs) > 0 {
			rows[token] = row{Token: token, Marked: listed(fact.Marked), Outputs: listed(outputs)}
		}
		for _, alias := range fact.Aliases {
			if _, taken := rows[alias]; !taken && c.Kind(alias) == nil {
				rows[alias] = row{Token: alias, Is: token}
			}
		}
	}
	var text bytes.Buffer
	for _, token := range slices.Sorted(maps.Keys(rows)) {
		text.Write(jsonl.Line(rows[token]))
	}
	return text.Bytes(), errs.join()
}

// listed returns the names, or nil if there are none.
func listed(names []string) []string {
	if len(names) == 0 {
		return nil
	}
	return slices.Sorted(slices.Values(names))
}

// Format returns resources.jsonl in its canonical form: entries sorted by token, fields in a fixed order, no blank
// lines. It reports all errors at once, each as file:line: message.
func Format(text []byte) ([]byte, error) {
	rows, err := jsonl.Read(resourcesFile, string(text), parseRow)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(rows, func(a, b row) int { return strings.Compare(a.Token, b.Token) })
	var formatted bytes.Buffer
	for _, r := range rows {
		formatted.Write(jsonl.Line(r))
	}
	return formatted.Bytes(), nil
}
