// Package catalogue knows which resource types create, hold or pass on secrets.
//
// The catalogue is data (the JSON files of rego/catalogue, whose README describes every field) with one entry, a
// [Kind], per type token: what the resource is to a secret (class), where the secret lives (manager), whether it is one
// of the three managers' own secrets (own), and which properties hold its name and its values. Three questions are
// asked of it:
//
//   - [Catalogue.Kind]: what is a resource of this Pulumi type?
//   - [Catalogue.KindOfTerraform]: what is a resource of this Terraform type?
//   - [Catalogue.Declares]: which secrets does the template inside this resource describe?
//
// A type is looked up by its exact token first. Tokens that no list can hold (versioned and parameterized packages,
// bridged Terraform providers under any name, custom resources of a cluster) are brought back to a listed token by the
// forms in forms.json.
//
// People write resources.jsonl. What a provider's package itself says of a listed type (the inputs and outputs that its
// SDK marks secret, its aliases) stands in derived.jsonl, which internal/catalogue/derive makes of pinned packages; a
// field that resources.jsonl has overrides it.
//
// Start-up is paid on every preview, so [Load] only indexes the lines of the large files; an entry is parsed when a
// resource of its type turns up. [Catalogue.Check] parses everything, and a test does that for the embedded files.
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

// The files of a catalogue.
const (
	resourcesFile = "resources.jsonl"
	derivedFile   = "derived.jsonl"
	namingFile    = "naming.json"
	formsFile     = "forms.json"
	templatesFile = "templates.json"
)

// Catalogue is a loaded catalogue. It is immutable to its callers and safe for concurrent use.
type Catalogue struct {
	entries   map[string]*entry // by token
	derived   func() []string   // the lines of derivedFile, sorted by token
	terraform map[string]*entry // by Terraform type
	naming    map[string]*namingRow
	forms     *forms
	templates *templates
	packages  map[string]bool // first segments of the listed tokens
	known     sync.Map        // token -> *Kind, nil for types that are none of ours
	bridged   func() map[string][]string
}

// Load reads the files of a catalogue from the root of files. Its errors are of the form file:row: message.
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

// readText returns a file as a string. The large files are copied once for it, not twice as by way of fs.ReadFile.
func readText(files fs.FS, name string) (string, error) {
	file, err := files.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close() //nolint:errcheck // it was only read
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	var text strings.Builder
	text.Grow(int(info.Size()))
	_, err = io.Copy(&text, file)
	return text.String(), err
}

// entry is one line of resources.jsonl and, once somebody asked for it, what the line says.
type entry struct {
	token, terraform, is string
	line                 string
	row                  int

	once sync.Once
	kind *Kind
	err  error
}

// index cuts the file into lines without parsing them. What it relies on, it checks: one entry per line, token first,
// no token and no Terraform type twice. That terraform and is come next, Check sees to.
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

// tokenFirst is how a line of resources.jsonl and derived.jsonl begins.
const tokenFirst = `{"token":"`

// formatIt is what to do about rows that are not written as the formatter writes them.
const formatIt = "run go run ./internal/catalogue/format"

// field returns the string after prefix up to the next quote, and what follows the quote. Tokens and Terraform types
// hold no escapes.
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

// Kind returns the entry of a resource type, or nil when the catalogue has none. The result is shared and must not be
// changed. The same token gives the same *Kind each time.
//
// Kind panics when the entry's line does not parse, which Check finds beforehand.
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

// KindOfTerraform returns the entry of a Terraform resource type such as aws_secretsmanager_secret, or nil when the
// catalogue has none. Its paths are in Pulumi's spelling: camel case, plural lists, and a block of which there can be
// only one without its list; Path.Covers steps over such a list.
func (c *Catalogue) KindOfTerraform(tfType string) *Kind {
	return c.kindOf(c.terraform[tfType])
}

// lookup returns the entry that is listed under exactly this token or another name of it, or nil.
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

// parse returns what an entry says, or nil when it is another name.
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

// decode parses a whole file and says in which row of it an error is.
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
