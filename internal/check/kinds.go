package check

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"

	"github.com/progression-labs-development/policypack/internal/jsontext"
	"github.com/progression-labs-development/policypack/internal/state"
	"github.com/progression-labs-development/policypack/internal/terraform"
)

// wantInput describes the files that are checked by content.
const wantInput = "the output of `pulumi stack export` or `terraform show -json`"

// asText is the advice for a file that is not meant to be one of those.
const asText = "pass --kind repository to check it as text"

// kindOf returns the kind of a file, and its content if that had to be read completely. A file that the user passes
// must not be treated as text if it looks like, or is named like, a plan or a state that cannot be parsed. If strict,
// no other JSON is treated as text either.
func kindOf(t target, in *Input, strict bool) (Kind, []byte, error) {
	if t.kind != Auto {
		return t.kind, nil, nil
	}
	piped, called := t.path == Stdin, terraformName(t.path)
	k, data := recognised(in.Head), []byte(nil)
	if k == Auto && (piped || called || jsonName(t.path) || startsJSON(in.Head)) {
		// The keys of an object may be sorted, so the one that determines the kind may come after a long one.
		if k = in.byKeys(); k != Auto {
			return k, nil, nil
		}
		var err error
		if data, err = in.All(); err != nil {
			return "", nil, err
		}
		k = recognised(data)
	}
	switch {
	case k != Auto:
		return k, data, nil
	case (piped || printedName(t.path)) && terraform.Printed(in.Head):
		return Terraform, data, nil // which says what to do with it
	case startsJSON(data) && recognised(bytes.TrimLeft(data, " \t\r\n[")) != Auto:
		return "", nil, errors.New("this is a list of plans or states; pass one, or one after another: jq -c " +
			"'.[]' FILE | policypack check -")
	case changeSet(data):
		return "", nil, errors.New("this is a CloudFormation change set, which policypack does not check; " + asText)
	case piped && len(bytes.TrimSpace(data)) == 0:
		return "", nil, errors.New("stdin is empty; expected " + wantInput)
	case piped:
		return "", nil, errors.New("expected " + wantInput + "; pass a file of a repository by its path, since its " +
			"name decides how it is checked")
	case !called && !jsonName(t.path):
		return Repository, nil, nil
	case !json.Valid(data):
		var v json.RawMessage
		return "", nil, jsontext.Wrong(data, json.Unmarshal(data, &v), wantInput+", or "+asText)
	case empty(data):
		return "", nil, errors.New("it contains nothing; expected " + wantInput + ", or " + asText)
	case strict:
		return "", nil, errors.New("expected " + wantInput + ", or a policypack report, or " + asText)
	case called:
		return "", nil, errors.New("expected " + wantInput + ", or " + asText)
	}
	return Repository, data, nil
}

// recognised returns the kind of a file from its content, or from the beginning of it.
func recognised(data []byte) Kind {
	switch {
	case state.Is(data):
		return State
	case terraform.Is(data):
		return Terraform
	case isReport(data):
		return aReport
	}
	return Auto
}

// byKeys returns the kind of a large file by the keys of its object, Auto if it is of no kind or is none that is valid.
func (in *Input) byKeys() Kind {
	if !in.large() {
		return Auto
	}
	src, err := in.Source()
	if err != nil {
		return Auto
	}
	o, err := jsontext.Scan(src, &jsontext.Rule{Fields: map[string]*jsontext.Rule{"*": {Part: true}}}, wantInput)
	if err != nil {
		return Auto
	}
	return recognised(o.Text)
}

// startsJSON reports whether the text begins like a JSON object or array.
func startsJSON(data []byte) bool {
	trimmed := bytes.TrimLeft(data, " \t\r\n")
	return len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[')
}

// empty reports whether a JSON text contains no data.
func empty(data []byte) bool {
	var v any
	if json.Unmarshal(data, &v) != nil {
		return false
	}
	switch v := v.(type) {
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return v == nil || v == ""
}

// changeSet reports whether the data is the output of `aws cloudformation describe-change-set`.
func changeSet(data []byte) bool {
	changes, name := false, false
	for key := range jsontext.Keys(data) {
		changes = changes || key == "Changes"
		name = name || key == "ChangeSetName" || key == "ChangeSetId"
	}
	return changes && name
}

// isReport reports whether a file begins like a report.
func isReport(head []byte) bool {
	d := json.NewDecoder(bytes.NewReader(head))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	key, _ := d.Token()
	value, _ := d.Token()
	s, _ := value.(string)
	return key == "format" && strings.HasPrefix(s, "policypack-report/")
}

// jsonName reports whether a file is named like an export.
func jsonName(path string) bool { return strings.HasSuffix(strings.TrimSuffix(path, ".gz"), ".json") }

// terraformName reports whether a file is named like a stored state or a saved plan of Terraform.
func terraformName(path string) bool {
	name := strings.TrimSuffix(path, ".gz")
	return strings.HasSuffix(name, ".tfstate") || strings.HasSuffix(name, ".tfplan")
}

// printedName reports whether a file is named like the output of a command. Documents and scripts quote such output.
func printedName(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case "", ".txt", ".text", ".log", ".out", ".stdout", ".plan", ".tfplan", ".json", ".tfstate":
		return true
	}
	return false
}
