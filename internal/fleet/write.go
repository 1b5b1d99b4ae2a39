package fleet

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"
)

// forms are the forms of a report, with the endings of their files.
var forms = [...]struct {
	name, ending string
	write        func(io.Writer, *Report) error
}{
	{"text", ".txt", writeText},
	{"csv", ".csv", writeCSV},
	{"html", ".html", writeHTML},
	{"json", ".json", writeJSON},
}

// Forms lists the names of the forms.
func Forms() []string {
	var names []string
	for _, f := range forms {
		names = append(names, f.name)
	}
	return names
}

// FormOf returns the form of a file, by the ending of its name.
func FormOf(file string) (string, error) {
	var endings []string
	for _, f := range forms {
		if f.ending == strings.ToLower(path.Ext(filepath.ToSlash(file))) {
			return f.name, nil
		}
		endings = append(endings, f.ending)
	}
	return "", fmt.Errorf("%q: expected a name that ends in %s", file, oneOf(endings))
}

// Write writes the report in the form of that name.
func (r *Report) Write(w io.Writer, form string) error {
	for _, f := range forms {
		if f.name == form {
			return f.write(w, r)
		}
	}
	return fmt.Errorf("%q: expected %s", form, oneOf(Forms()))
}

func oneOf(words []string) string {
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

func writeJSON(w io.Writer, r *Report) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// short is a digest as it is shown to people, who compare and do not check it.
func short(digest string) string {
	if len(digest) > 12 {
		digest = digest[:12]
	}
	return cmp.Or(digest, "-")
}

// commit is the commit of an attestation as it is shown to people.
func (a *Attestation) commit() string {
	switch {
	case a.Commit == nil:
		return "-"
	case a.Commit.Dirty:
		return short(a.Commit.ID) + ", dirty"
	}
	return short(a.Commit.ID)
}

// attested is when a stack's update was attested, as it is shown to people.
func (a *Attestation) attested() string {
	if a.Kind == "preview" {
		return a.Time + " (preview)"
	}
	return a.Time
}

// policies is how many policies counted, as it is shown to people.
func (a *Attestation) policies() string {
	return fmt.Sprintf("%d mandatory, %d advisory", a.Mandatory, a.Advisory)
}
