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

// wantInput names the files that are checked for what is in them.
const wantInput = "the output of `pulumi stack export` or `terraform show -json`"

// asText says what to do with a file that is meant to be none of those.
const asText = "pass --kind repository to check it as text"

// kindOf tells what a file is, and returns its content where it had to be read as a whole for that. A file that
// somebody names must not be taken for text where it looks like, or is called like, a plan or a state that cannot be
// read as one. Where strict, no other JSON is taken for text either.
func kindOf(t target, in *Input, strict bool) (Kind, []byte, error) {
	if t.kind != Auto {
		return t.kind, nil, nil
	}
	piped, called := t.path == Stdin, terraformName(t.path)
	k, data := recognised(in.Head), []byte(nil)
	if k == Auto && (piped || called || jsonName(t.path) || startsJSON(in.Head)) {
		// The keys of an object may be sorted, so that the one that tells stands behind a long one.
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

// recognised tells what a file looks like by its content, or by the beginning of it.
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

// startsJSON reports whether the text begins like an object or a list.
func startsJSON(data []byte) bool {
	trimmed := bytes.TrimLeft(data, " \t\r\n")
	return len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[')
}

// empty reports whether JSON holds nothing.
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

// changeSet reports whether it is what `aws cloudformation describe-change-set` writes.
func changeSet(data []byte) bool {
	changes, name := false, false
	for key := range jsontext.Keys(data) {
		changes = changes || key == "Changes"
		name = name || key == "ChangeSetName" || key == "ChangeSetId"
	}
	return changes && name
}

// isReport tells whether a file begins like a report.
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

// jsonName reports whether a file is called like an export.
func jsonName(path string) bool { return strings.HasSuffix(strings.TrimSuffix(path, ".gz"), ".json") }

// terraformName reports whether a file is called like a stored state or a saved plan of Terraform.
func terraformName(path string) bool {
	name := strings.TrimSuffix(path, ".gz")
	return strings.HasSuffix(name, ".tfstate") || strings.HasSuffix(name, ".tfplan")
}

// printedName reports whether a file is called like the output of a command. Documents and scripts quote such output.
func printedName(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case "", ".txt", ".text", ".log", ".out", ".stdout", ".plan", ".tfplan", ".json", ".tfstate":
		return true
	}
	return false
}
