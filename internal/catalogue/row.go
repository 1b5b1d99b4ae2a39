package catalogue

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// row is a line of resources.jsonl, which is written by hand, or of derived.jsonl, which the derive command generates
// from the providers' packages. The fields are in the order of the files: token, terraform and is come first, because
// Load indexes lines by them without parsing the rest. A missing list is taken from the derived entry of the type; an
// empty one means none.
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
	Values       []string   `json:"values,omitzero"`
	Marked       []string   `json:"marked,omitzero"`
	ValueInStore bool       `json:"value_in_store,omitempty"`
	Outputs      []string   `json:"outputs,omitzero"`
	Condition    *Condition `json:"condition,omitempty"`
	Content      string     `json:"content,omitempty"`
	Why          string     `json:"why,omitempty"`
}

// parseRow parses a line. Its errors say what was expected.
func parseRow(line string) (row, error) {
	var r row
	decoder := json.NewDecoder(strings.NewReader(line))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&r)
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mismatch) && mismatch.Field != "":
		return row{}, fmt.Errorf("%s: expected %s, got a JSON %s", mismatch.Field, shape(mismatch.Type), mismatch.Value)
	case err != nil && strings.HasPrefix(err.Error(), "json: unknown field "):
		unknown := strings.TrimPrefix(err.Error(), "json: unknown field ")
		return row{}, fmt.Errorf("unknown field %s; expected %s", unknown, strings.Join(rowFields(), ", "))
	case err != nil:
		const example = `{"token":"…","class":"…","manager":"…","why":"…"}`
		return row{}, fmt.Errorf("expected one JSON object like %s: %w", example, err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return row{}, errors.New("expected one JSON object on each line, and nothing after it")
	}
	return r, nil
}

// shape returns the JSON form of a field's type, in words.
func shape(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return shape(t.Elem())
	case reflect.Slice:
		return "a list of strings"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a number"
	}
	return "a string"
}

// rowFields returns the names of an entry's fields, in order.
func rowFields() []string {
	var names []string
	for field := range reflect.TypeFor[row]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

// over returns the entry with missing fields filled in from the derived entry of its type: the values are the inputs
// that the package marks secret, and a value is marked if the package marks the input that contains it.
func (r row) over(derived row) row {
	if r.Values == nil {
		r.Values = derived.Marked
	}
	if r.Marked == nil {
		for _, value := range r.Values {
			if slices.Contains(derived.Marked, input(value)) {
				r.Marked = append(r.Marked, value)
			}
		}
	}
	if r.Outputs == nil {
		r.Outputs = derived.Outputs
	}
	return r
}

// input returns the top-level property with which a path begins.
func input(path string) string {
	if end := strings.IndexAny(path, ".["); end >= 0 {
		return path[:end]
	}
	return path
}

var classes = []string{Store, Version, StaticCredential, CI, Command, Environment, Generator, Policy}

// check returns the error in a hand-written entry.
func (r row) check(naming map[string]*namingRow) error {
	switch {
	case strings.Count(r.Token, ":") < 2 || strings.ContainsAny(r.Token, " \t\n\r\\\""):
		return errors.New("token: expected a type token like aws:iam/accessKey:AccessKey")
	case r.Why == "":
		return errors.New("why: missing; explain in one sentence why the type is classified like this")
	case r.Is != "":
		if !reflect.DeepEqual(r, row{Token: r.Token, Is: r.Is, Why: r.Why}) {
			return errors.New("is: an entry for another name of a type has only the fields token, is and why")
		}
		return nil
	case !slices.Contains(classes, r.Class):
		return fmt.Errorf("class: expected one of %s, got %q", strings.Join(classes, ", "), r.Class)
	case !isWord(r.Manager):
		return fmt.Errorf("manager: expected a word like aws-secrets-manager, got %q", r.Manager)
	case r.Subclass != "" && !isWord(r.Subclass):
		return fmt.Errorf("subclass: expected a word like config-store, got %q", r.Subclass)
	case r.Own && (r.Class != Store && r.Class != Version || naming[r.Manager] == nil):
		return errors.New("own: expected a store or a version of a manager in " + namingFile)
	case r.Content != "" && r.Content != Environments:
		return fmt.Errorf("content: expected %s, got %q", Environments, r.Content)
	case r.CloudKey && r.Class != StaticCredential:
		return errors.New("cloud_key: expected the class " + StaticCredential)
	}
	for _, value := range r.Marked {
		if !slices.Contains(r.Values, value) {
			return fmt.Errorf("marked: expected paths listed in values, got %q", value)
		}
	}
	if r.Autoname != nil {
		if _, err := regexp.Compile(*r.Autoname); err != nil {
			return fmt.Errorf("autoname: %w", err)
		}
	}
	return r.Condition.check()
}

// isWord reports whether the text consists of lower-case letters, digits and hyphens.
func isWord(text string) bool {
	return text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
