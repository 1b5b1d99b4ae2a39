// Package catalogue knows which resource types create, store or pass on secrets.
//
// The catalogue is data: the JSON files of rego/catalogue, whose README describes every field. It has one entry, a
// [Kind], per type token: the role of the resource (class), where the secret is stored (manager), whether it is a
// native secret of one of the three managers (own), and which properties contain its name and its values. It answers
// three questions:
//
//   - [Catalogue.Kind]: what is a resource of this Pulumi type?
//   - [Catalogue.KindOfTerraform]: what is a resource of this Terraform type?
//   - [Catalogue.Declares]: which secrets does the template inside this resource declare?
//
// A type is first looked up by its exact token. Tokens that cannot be listed (versioned and parameterized packages,
// bridged Terraform providers under any name, custom resources of a cluster) are mapped to a listed token by the forms
// in forms.json.
//
// resources.jsonl is written by hand. Facts from a provider's package about a listed type (the inputs and outputs that
// its SDK marks secret, its aliases) are in derived.jsonl, which internal/catalogue/derive generates from pinned
// packages. A field in resources.jsonl overrides the one in derived.jsonl.
//
// Start-up time matters in every preview, so [Load] only indexes the lines of the large files, and an entry is parsed
// when a resource of its type is first seen. [Catalogue.Check] parses everything; a test calls it for the embedded
// files.
package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/progression-labs-development/policypack/internal/place"
)

// Files of a catalogue.
const (
	resourcesFile = "resources.jsonl"
	derivedFile   = "derived.jsonl"
	namingFile    = "naming.json"
	formsFile     = "forms.json"
	templatesFile = "templates.json"
)

// Catalogue is a loaded catalogue. Callers cannot modify it, and it is safe for concurrent use.
type Catalogue struct {
	entries   map[string]*entry // by token
	derived   func() []string   // the lines of derivedFile, sorted by token
	terraform map[string]*entry // by Terraform type
	naming    map[string]*namingRow
	forms     *forms
	templates *templates
	packages  map[string]bool // first segments of the listed tokens
	known     sync.Map        // token -> *Kind, nil for types without an entry
	bridged   func() map[string][]string
}

// Load reads the files of a catalogue from the root of files. Its errors have the form file:line: message.
func Load(files fs.FS) (*Catalogue, error) {
	c := &Catalogue{naming: map[string]*namingRow{}}
	rows, err := readText(files, resourcesFile)
	if err != nil {
		return nil, err
	}
	if err := c.index(rows); err != nil {
		return nil, err
	}
	derived, err := readText(files, derivedFile)
	if err != nil {
		return nil, err
	}
	c.derived = sync.OnceValue(func() []string { return slices.Collect(strings.Lines(derived)) })
	text, err := fs.ReadFile(files, namingFile)
	if err != nil {
		return nil, err
	}
	var managers []*namingRow
	if err := decode(namingFile, text, &managers); err != nil {
		return nil, err
	}
	for _, manager := range managers {
		c.naming[manager.Manager] = manager
	}
	if c.forms, err = loadForms(files); err != nil {
		return nil, err
	}
	if c.templates, err = loadTemplates(files); err != nil {
		return nil, err
	}
	for tfType, token := range c.forms.Terraform {
		target, ok := c.entries[token]
		if !ok {
			return nil, fmt.Errorf("%s: terraform: %s: no entry %q in %s", formsFile, tfType, token, resourcesFile)
		}
		c.terraform[tfType] = target
	}
	c.bridged = sync.OnceValue(c.bridgedNames)
	return c, nil
}

// readText returns a file as a string. It copies large files once; fs.ReadFile and a conversion would copy them twice.
func readText(files fs.FS, name string) (string, error) {
	file, err := files.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close() //nolint:errcheck // opened for reading only
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	var text strings.Builder
	text.Grow(int(info.Size()))
	_, err = io.Copy(&text, file)
	return text.String(), err
}

// entry is one line of resources.jsonl and, once requested, its parsed form.
type entry struct {
	token, terraform, is string
	line                 string
	row                  int

	once sync.Once
	kind *Kind
	err  error
}

// index splits the file into lines without parsing them. It checks what it relies on: one entry per line, token first,
// no duplicate token or Terraform type. Check verifies that terraform and is come next.
func (c *Catalogue) index(text string) error {
	rows := strings.Count(text, "\n") + 1
	c.entries = make(map[string]*entry, rows)
	c.terraform = make(map[string]*entry, rows)
	c.packages = map[string]bool{}
	entries := make([]entry, 0, rows)
	row := 0
	for line := range strings.Lines(text) {
		row++
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		token, rest, ok := field(line, tokenFirst)
		if !ok || !strings.HasSuffix(line, "}") {
			return fmt.Errorf(`%s:%d: expected one entry per line that begins with %s…"; %s`,
				resourcesFile, row, tokenFirst, formatIt)
		}
		if other := c.entries[token]; other != nil {
			return fmt.Errorf("%s:%d: %s: already listed on line %d", resourcesFile, row, token, other.row)
		}
		entries = append(entries, entry{token: token, line: line, row: row})
		e := &entries[len(entries)-1]
		c.entries[token] = e
		name, _, _ := strings.Cut(token, ":")
		c.packages[name] = true
		e.terraform, _, _ = field(rest, `,"terraform":"`)
		e.is, _, _ = field(rest, `,"is":"`)
		if e.terraform == "" {
			continue
		}
		if other := c.terraform[e.terraform]; other != nil {
			return fmt.Errorf("%s:%d: %s: the Terraform type %s is %s's, on line %d",
				resourcesFile, row, token, e.terraform, other.token, other.row)
		}
		c.terraform[e.terraform] = e
	}
	return nil
}

// tokenFirst is the start of every line of resources.jsonl and derived.jsonl.
const tokenFirst = `{"token":"`

// formatIt is the advice for entries that are not in canonical form.
const formatIt = "run go run ./internal/catalogue/format"

// field returns the string after prefix up to the next quote, and the text after the quote. Tokens and Terraform types
// contain no escapes.
func field(line, prefix string) (value, rest string, ok bool) {
	after, ok := strings.CutPrefix(line, prefix)
	if !ok {
		return "", "", false
	}
	return strings.Cut(after, `"`)
}

// Check parses every entry and compiles every expression. It returns all errors at once.
func (c *Catalogue) Check() error {
	var errs sortedErrors
	for _, e := range c.entries {
		if _, err := c.parse(e); err != nil {
			errs = append(errs, err)
		}
	}
	errs = append(errs, c.checkDerived()...)
	errs = append(errs, c.forms.check()...)
	for _, manager := range c.naming {
		errs = append(errs, manager.check()...)
	}
	return errs.join()
}

// Kind returns the entry of a resource type, or nil if there is none. The result is shared and must not be modified.
// The same token always returns the same *Kind.
//
// Kind panics if the entry is invalid, which Check would have reported.
func (c *Catalogue) Kind(token string) *Kind {
	if kind, ok := c.known.Load(token); ok {
		return kind.(*Kind)
	}
	e := c.lookup(token)
	if e == nil {
		e = c.byForm(token)
	}
	kind := c.kindOf(e)
	c.known.Store(token, kind)
	return kind
}

// KindOfTerraform returns the entry of a Terraform resource type such as aws_secretsmanager_secret, or nil if there is
// none. Its paths have Pulumi's spelling: camel case, plural names for lists, and no list around a block that occurs at
// most once; Path.Covers skips such a list.
func (c *Catalogue) KindOfTerraform(tfType string) *Kind {
	return c.kindOf(c.terraform[tfType])
}

// lookup returns the entry with exactly this token or alias, or nil.
func (c *Catalogue) lookup(token string) *entry {
	e := c.entries[token]
	if e != nil && e.is == "" {
		return e
	}
	is := ""
	if e != nil {
		is = e.is
	} else if line, ok := c.derivedLine(token); ok {
		_, rest, _ := field(line, tokenFirst)
		is, _, _ = field(rest, `,"is":"`)
	}
	return c.entries[is]
}

func (c *Catalogue) kindOf(e *entry) *Kind {
	if e == nil {
		return nil
	}
	kind, err := c.parse(e)
	if err != nil {
		panic(err)
	}
	return kind
}

// parse returns the parsed entry, or nil if the entry is an alias.
func (c *Catalogue) parse(e *entry) (*Kind, error) {
	e.once.Do(func() {
		var err error
		if e.kind, err = c.read(e); err != nil {
			e.err = fmt.Errorf("%s:%d: %s: %w", resourcesFile, e.row, e.token, err)
		}
	})
	return e.kind, e.err
}

func (c *Catalogue) read(e *entry) (*Kind, error) {
	r, err := parseRow(e.line)
	if err != nil {
		return nil, err
	}
	if r.Terraform != e.terraform || r.Is != e.is {
		return nil, errors.New("expected terraform or is behind token; " + formatIt)
	}
	if r.Is != "" {
		if target := c.entries[r.Is]; target == nil || target.is != "" {
			return nil, fmt.Errorf("is: no entry %q", r.Is)
		}
		return nil, r.check(c.naming)
	}
	if line, ok := c.derivedLine(r.Token); ok {
		derived, err := parseRow(line)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", derivedFile, err)
		}
		r = r.over(derived)
	}
	if err := r.check(c.naming); err != nil {
		return nil, err
	}
	return c.newKind(r)
}

// decode decodes a whole file, and reports the line of an error.
func decode(file string, text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	if err == nil {
		return nil
	}
	offset := int(decoder.InputOffset())
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = int(syntax.Offset)
	case errors.As(err, &mismatch):
		offset = int(mismatch.Offset)
		field := mismatch.Field[strings.LastIndexByte(mismatch.Field, '.')+1:]
		err = fmt.Errorf("%s: expected %s, got a JSON %s", field, shape(mismatch.Type), mismatch.Value)
	default: // an unknown field, which the error quotes
		if _, name, ok := strings.Cut(err.Error(), "unknown field "); ok {
			offset = max(0, bytes.Index(text, []byte(name)))
		}
	}
	return fmt.Errorf("%s:%d: %w", file, place.At(text, offset).Line, err)
}
