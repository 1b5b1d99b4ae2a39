package terraform

import (
	"bytes"
	"regexp"

	"github.com/progression-labs-development/policypack/internal/jsontext"
)

// form is the format of a Terraform file, from its first bytes or the keys of its object.
type form int

const (
	other     form = iota // nothing of Terraform's
	shown                 // what `terraform show -json` writes
	raw                   // a state as Terraform stores it
	partial               // parts of what `terraform show -json` writes
	binary                // a saved plan
	logged                // the messages of `terraform plan -json`
	redacted              // a plan of HCP Terraform without values
	encrypted             // a state or a saved plan that OpenTofu has encrypted
	backend               // .terraform/terraform.tfstate
)

// zip is the signature of a saved plan, which is a zip file whose first member is named tfplan.
const zip = "PK\x03\x04"

// Is reports whether the data is meant for [Read]: a plan or a state, including formats that Read rejects with advice
// on what to write instead. It reads no more than it needs, so the data may be truncated. For Terraform's
// human-readable output, see [Printed].
func Is(data []byte) bool { return formOf(data) != other }

func formOf(data []byte) form {
	if bytes.HasPrefix(data, []byte(zip)) {
		if bytes.Contains(data[:min(len(data), 200)], []byte("tfplan")) {
			return binary
		}
		return other
	}
	if magic, ok := bytes.CutPrefix(data, []byte("tfplan")); ok && len(magic) > 0 && magic[0] < ' ' {
		return binary // of Terraform before 0.12
	}
	if logLine(data) {
		return logged
	}
	has, n := map[string]bool{}, 0
	for key := range jsontext.Keys(data) {
		has[key] = true
		n++
		switch {
		case has["format_version"] && (has["terraform_version"] || planned(has) || has["values"]):
			return shown
		case has["plan_format_version"]:
			return redacted
		case has["encrypted_data"] && (has["encryption_version"] || has["meta"]):
			return encrypted
		case has["version"] && has["backend"] && (has["lineage"] || has["terraform_version"]):
			return backend
		}
	}
	switch {
	case has["format_version"] && n == 1: // an empty state
		return shown
	case has["version"] && has["serial"] && (has["lineage"] || has["terraform_version"] || has["modules"]),
		has["lineage"] && has["terraform_version"]:
		return raw
	case planned(has), has["values"] && has["terraform_version"]:
		return partial
	}
	return other
}

// planned reports whether the object has a key, or a combination of keys, that only plans have.
func planned(has map[string]bool) bool {
	n := 0
	for _, key := range [...]string{
		"configuration", "prior_state", "resource_drift", "output_changes",
		"relevant_attributes", "applyable",
	} {
		if has[key] {
			n++
		}
	}
	return has["planned_values"] || has["resource_changes"] || n > 1 || n > 0 &&
		(has["format_version"] || has["terraform_version"])
}

// logLine reports whether one of the first lines is a message of `terraform plan -json`, whose keys are sorted.
func logLine(data []byte) bool {
	for range 20 {
		line, rest, more := bytes.Cut(data, []byte("\n"))
		if bytes.HasPrefix(line, []byte(`{"@level":`)) && bytes.Contains(line, []byte(`"@module":"`)) {
			for _, mark := range [...]string{`"terraform.ui"`, `"tofu.ui"`, `"type":"`} {
				if bytes.Contains(line, []byte(mark)) {
					return true
				}
			}
		}
		if data = rest; !more {
			return false
		}
	}
	return false
}

// Printed reports whether the text contains a line of the human-readable output of `terraform plan` or `terraform
// show`. Documents and scripts may quote such lines, so the caller checks the file's name too.
func Printed(data []byte) bool {
	const (
		// before a line: colours, and the time and unit that CI systems and Terragrunt add
		front   = `(?m)^(?:\x1b\[[0-9;]*m|\d{4}-\d\d-\d\dT[\d:.]+Z |\d\d:\d\d:\d\d\.\d+ STDOUT [^:\n]*: |[ \t])*`
		plan    = `(?:Terraform|OpenTofu) (?:will perform the following actions:|used the selected providers to generate the following|planned the following actions)|An execution plan has been generated and is shown below|Changes to Outputs:|Plan: \d+ to (?:add|change|destroy|import|forget)\b`
		nothing = `No changes\. (?:Your infrastructure matches the configuration|Infrastructure is up-to-date)|The state file is empty\. No resources are represented`
		address = `(?:[\w.\[\]-]|"[^"\n]*")+:`
		refresh = address + ` Refreshing state\.\.\.`
		within  = `\{"format_version":"\d`
		state   = `# ` + address + `(?: \(tainted\))?(?:\x1b\[[0-9;]*m)*\r?\n(?:\x1b\[[0-9;]*m)*resource "`
	)
	return regexp.MustCompile(front + `(?:` + plan + `|` + nothing + `|` + refresh + `|` + within + `|` + state +
		`)`).Match(data)
}

// Refused returns an error for a file in none of the supported formats, with the command that writes one of them, and
// nil for a file that can be read.
func Refused(data []byte) error {
	tool := "terraform"
	if bytes.Contains(data, []byte("OpenTofu")) || bytes.Contains(data, []byte("tofu.ui")) {
		tool = "tofu"
	}
	again := "; run " + tool + " plan -out tfplan, then " + tool + " show -json tfplan, and check its output"
	var message string
	switch formOf(data) {
	case binary:
		message = "this is a binary plan; run terraform show -json FILE, or tofu show -json FILE, and check its output"
	case logged:
		message = "this is the log of `" + tool + " plan -json`, which does not contain the plan" + again
	case redacted:
		message = "this is a redacted HCP Terraform plan, without the values; download json-output " +
			"instead of json-output-redacted, or run terraform show -json tfplan, and check its output"
	case encrypted:
		message = "this is a state or a plan encrypted by OpenTofu, which cannot be checked; with the key " +
			"configured, run tofu show -json for the state, or tofu show -json tfplan for the plan, and check its " +
			"output"
	case backend:
		message = "this is not a state: .terraform/terraform.tfstate contains Terraform's backend settings; " +
			"run terraform state pull, or terraform show -json, and check its output"
	default:
		if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) || !Printed(data) {
			return nil
		}
		if bytes.Contains(data, []byte(`{"format_version":"`)) {
			message = "the JSON is surrounded by log lines; write only standard output to the file: with " +
				"Terragrunt, pass --tf-forward-stdout; with the action setup-terraform, set terraform_wrapper: false"
			break
		}
		message = "this is the human-readable output of `" + tool + " plan` or `" + tool + " show`, in which values " +
			"are omitted" + again
	}
	return &jsontext.Error{Message: message}
}
