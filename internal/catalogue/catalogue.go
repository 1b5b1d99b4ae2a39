// Package catalogue knows which resource types create, hold or pass on secrets.
//
// The catalogue is data (the JSON files of rego/catalogue, whose README describes every field) with one entry, a [Kind],
// per type token: what the resource is to a secret (class), where the secret lives (manager), whether it is one of the
// three managers' own secrets (own), and which properties hold its name and its values. Three questions are asked of it:
//
//   - [Catalogue.Kind]: what is a resource of this Pulumi type?
//   - [Catalogue.KindOfTerraform]: what is a resource of this Terraform type?
//   - [Catalogue.Declares]: which secrets does the template inside this resource describe?
//
// A type is looked up by its exact token first. Tokens that no list can hold (versioned and parameterized packages,
// bridged Terraform providers under any name, custom resources of a cluster) are brought back to a listed token by the
// forms in forms.json.
//
// Start-up is paid on every preview, so [Load] only indexes the lines of the large file; an entry is parsed when a
// resource of its type turns up. [Catalogue.Check] parses everything, and a test does that for the embedded files.
package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
)

// The files of a catalogue.
const (
	resourcesFile = "resources.json"
	namingFile    = "naming.json"
	formsFile     = "forms.json"
	templatesFile = "templates.json"
)

// Catalogue is a loaded catalogue. It is immutable to its callers and safe for concurrent use.
type Catalogue struct {
	entries   map[string]*entry // by token
	terraform map[string]*entry // by Terraform type
	naming    map[string]*Naming
	forms     *forms
	templates *templates
	packages  map[string]bool // first segments of the listed tokens
	known     sync.Map        // token -> *Kind, nil for types that are none of ours
	bridged   func() map[string][]string
}

// Load reads the four files of a catalogue from the root of files. Its errors are of the form file:row: message.
func Load(files fs.FS) (*Catalogue, error) {
	c := &Catalogue{naming: map[string]*Naming{}}
	text, err := fs.ReadFile(files, resourcesFile)
	if err != nil {
		return nil, err
	}
	if err := c.index(string(text)); err != nil {
		return nil, err
	}
	if text, err = fs.ReadFile(files, namingFile); err != nil {
		return nil, err
	}
	var managers []*Naming
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

// entry is one line of resources.json and, once somebody asked for it, what the line says.
type entry struct {
	token, is string
	line      string
	row       int

	once sync.Once
	kind *Kind
	err  error
}

// index cuts the file into lines without parsing them. What it relies on, it checks: one entry per line, token first,
// then terraform or is, sorted by token, no token twice.
func (c *Catalogue) index(text string) error {
	rows := strings.Count(text, "\n")
	c.entries = make(map[string]*entry, rows)
	c.terraform = make(map[string]*entry, rows)
	c.packages = map[string]bool{}
	entries := make([]entry, 0, rows)
	previous, last, closed := "", false, false
	for row := 1; len(text) > 0; row++ {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		switch {
		case row == 1 && line == "[":
			continue
		case last && line == "]" && len(text) == 0:
			closed = true
			continue
		case row == 1 || last:
			return fmt.Errorf("%s:%d: want a JSON array with its brackets on lines of their own", resourcesFile, row)
		}
		line, comma := strings.CutSuffix(line, ",")
		last = !comma
		token, rest, ok := field(line, `{"token":"`)
		if !ok || !strings.HasSuffix(line, "}") {
			return fmt.Errorf(`%s:%d: want one entry per line that begins with {"token":"…"`, resourcesFile, row)
		}
		if token <= previous {
			return fmt.Errorf("%s:%d: %s: want the tokens sorted and each once", resourcesFile, row, token)
		}
		previous = token
		entries = append(entries, entry{token: token, line: line, row: row})
		e := &entries[len(entries)-1]
		c.entries[token] = e
		name, _, _ := strings.Cut(token, ":")
		c.packages[name] = true
		if tfType, _, ok := field(rest, `,"terraform":"`); ok {
			if c.terraform[tfType] != nil {
				return fmt.Errorf("%s:%d: %s: a second entry of the Terraform type %s", resourcesFile, row, token, tfType)
			}
			c.terraform[tfType] = e
		} else if e.is, _, ok = field(rest, `,"is":"`); ok && e.is == "" {
			return fmt.Errorf("%s:%d: %s: is: want a token", resourcesFile, row, token)
		}
	}
	if !closed {
		return fmt.Errorf("%s:%d: want a JSON array with its brackets on lines of their own", resourcesFile, rows)
	}
	for i := range entries {
		if e := &entries[i]; e.is != "" {
			if target := c.entries[e.is]; target == nil || target.is != "" {
				return fmt.Errorf("%s:%d: %s: is: no entry %q", resourcesFile, e.row, e.token, e.is)
			}
		}
	}
	return nil
}

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
		if e.is != "" {
			continue
		}
		if _, err := c.parse(e); err != nil {
			errs = append(errs, err)
		}
	}
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

// lookup returns the entry that is listed under exactly this token, or nil.
func (c *Catalogue) lookup(token string) *entry {
	e := c.entries[token]
	if e != nil && e.is != "" {
		return c.entries[e.is]
	}
	return e
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

func (c *Catalogue) parse(e *entry) (*Kind, error) {
	e.once.Do(func() {
		kind, err := c.newKind(e.line)
		if err != nil {
			e.err = fmt.Errorf("%s:%d: %s: %w", resourcesFile, e.row, e.token, err)
			return
		}
		e.kind = kind
	})
	return e.kind, e.err
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
	default: // an unknown field, which the error quotes
		if _, name, ok := strings.Cut(err.Error(), "unknown field "); ok {
			offset = max(0, bytes.Index(text, []byte(name)))
		}
	}
	row := 1 + bytes.Count(text[:min(offset, len(text))], []byte("\n"))
	return fmt.Errorf("%s:%d: %w", file, row, err)
}
