package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

const (
	resourcesFile = "resources.json"
	namingFile    = "naming.json"
)

// source is one entry of the full catalogue, as far as the distilled one needs it.
type source struct {
	Pulumi     string   `json:"pulumi"`
	Terraform  *string  `json:"terraform"`
	Manager    string   `json:"manager"`
	Class      string   `json:"class"`
	Subclass   string   `json:"subclass"`
	Also       []string `json:"also"`
	Name       *string  `json:"name_property"`
	Values     []string `json:"value_properties"`
	Marked     []string `json:"sdk_marked_values"`
	Outputs    []string `json:"secret_outputs"`
	Condition  *string  `json:"condition"`
	Aliases    []string `json:"aliases"`
	Deprecated string   `json:"deprecated"`
}

// row is one line of resources.json. The order of the fields is the order in the file; token, terraform and is come
// first because the reader indexes lines by them without parsing the rest.
type row struct {
	Token        string     `json:"token"`
	Terraform    string     `json:"terraform,omitempty"`
	Is           string     `json:"is,omitempty"`
	Class        string     `json:"class,omitempty"`
	Subclass     string     `json:"subclass,omitempty"`
	Manager      string     `json:"manager,omitempty"`
	Own          bool       `json:"own,omitempty"`
	CloudKey     bool       `json:"cloud_key,omitempty"`
	Name         string     `json:"name,omitempty"`
	Autoname     *string    `json:"autoname,omitempty"`
	Values       []string   `json:"values,omitempty"`
	Marked       []string   `json:"marked,omitempty"`
	ValueInStore bool       `json:"value_in_store,omitempty"`
	Outputs      []string   `json:"outputs,omitempty"`
	Condition    *condition `json:"condition,omitempty"`
	Why          string     `json:"why,omitempty"`
}

// distil returns the made files by name. It refuses input that its tables do not cover, and tables that name what the
// input does not have: a judgement about a type that is gone must not stay behind unnoticed.
func distil(full fs.FS) (map[string][]byte, error) {
	var entries []source
	if err := readJSON(full, "secret_resources.json", &entries); err != nil {
		return nil, err
	}
	var managers map[string]json.RawMessage
	if err := readJSON(full, "naming.json", &managers); err != nil {
		return nil, err
	}
	names, autonames, err := naming(managers)
	if err != nil {
		return nil, err
	}
	rows, err := resources(entries, autonames)
	if err != nil {
		return nil, err
	}
	made := map[string][]byte{}
	if made[resourcesFile], err = lines(rows); err != nil {
		return nil, err
	}
	if made[namingFile], err = lines(names); err != nil {
		return nil, err
	}
	return made, nil
}

func resources(entries []source, autonames map[string]string) ([]row, error) {
	rows := map[string]row{}
	for _, e := range entries {
		r, err := distilOne(e)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Pulumi, err)
		}
		rows[r.Token] = r
	}
	for _, e := range entries {
		for _, alias := range e.Aliases {
			if _, taken := rows[alias]; !taken {
				rows[alias] = row{Token: alias, Is: e.Pulumi}
			}
		}
	}
	for _, r := range extras() {
		if _, taken := rows[r.Token]; taken {
			return nil, fmt.Errorf("%s: an extra entry of a type that the full catalogue has", r.Token)
		}
		rows[r.Token] = r
	}
	for token, suffix := range autonames {
		if r, ok := rows[token]; ok {
			r.Autoname = &suffix
			rows[token] = r
		}
	}
	if err := judge(rows); err != nil {
		return nil, err
	}

	sorted := make([]row, 0, len(rows))
	for _, token := range slices.Sorted(maps.Keys(rows)) {
		sorted = append(sorted, rows[token])
	}
	return sorted, nil
}

func distilOne(e source) (row, error) {
	r := row{
		Token: e.Pulumi, Class: e.Class, Subclass: e.Subclass, Manager: e.Manager,
		Values: e.Values, Outputs: slices.Sorted(slices.Values(e.Outputs)),
		ValueInStore: slices.Contains(e.Also, "version"),
	}
	for _, value := range e.Values { // in the order of values
		if slices.Contains(e.Marked, value) {
			r.Marked = append(r.Marked, value)
		}
	}
	if e.Name != nil {
		r.Name = *e.Name
	}
	// A deprecated spelling shares its Terraform type with the current one, which is the one to find by it, unless only
	// the deprecated spelling has a type of its own in the bridge (the `_legacy` names, which are not Terraform's).
	if e.Terraform != nil && (e.Deprecated == "" || strings.HasSuffix(*e.Terraform, "_legacy")) {
		r.Terraform = *e.Terraform
	}
	if e.Condition != nil {
		c, ok := conditions[*e.Condition]
		if !ok {
			return row{}, fmt.Errorf("no machine-readable form of the condition %q: add one to judgement.go", *e.Condition)
		}
		r.Condition = c
	}
	return r, nil
}

// lines writes a JSON array with one element per line, so that a changed entry is a changed line.
func lines[T any](elements []T) ([]byte, error) {
	var file bytes.Buffer
	file.WriteString("[\n")
	for i, element := range elements {
		var line bytes.Buffer
		encoder := json.NewEncoder(&line)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(element); err != nil {
			return nil, err
		}
		file.Write(bytes.TrimSuffix(line.Bytes(), []byte("\n")))
		if i < len(elements)-1 {
			file.WriteByte(',')
		}
		file.WriteByte('\n')
	}
	file.WriteString("]\n")
	return file.Bytes(), nil
}

func readJSON(full fs.FS, name string, into any) error {
	text, err := fs.ReadFile(full, name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
