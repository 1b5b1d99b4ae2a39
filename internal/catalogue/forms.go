package catalogue

import (
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/lazy"
)

// forms map tokens that cannot be listed to listed ones.
type forms struct {
	Forms []*form `json:"forms"`
	// Packages maps names of Terraform providers to the prefix of their types, if the two differ.
	Packages map[string]string `json:"packages"`
	// Renamed are the prefixes of Terraform types to look for in packages with an unknown name.
	Renamed []string `json:"renamed"`
	// Terraform maps Terraform types that are aliases of a listed one to its token.
	Terraform map[string]string `json:"terraform"`
}

// form is one pattern of tokens. Tokens and Terraform are templates over its groups: the tokens to try in order, or the
// Terraform type. Bridged is set for the naming scheme of the any-terraform-provider bridge.
type form struct {
	ID        string   `json:"id"`
	Prefix    string   `json:"prefix"`   // a cheap test before the pattern is compiled
	Contains  string   `json:"contains"` // likewise
	Pattern   string   `json:"pattern"`
	Tokens    []string `json:"tokens"`
	Terraform string   `json:"terraform"`
	Bridged   bool     `json:"bridged"`
	Why       string   `json:"why"`

	compiled func() *regexp.Regexp
}

func loadForms(files fs.FS) (*forms, error) {
	text, err := fs.ReadFile(files, formsFile)
	if err != nil {
		return nil, err
	}
	f := &forms{}
	if err := decode(formsFile, text, f); err != nil {
		return nil, err
	}
	for _, form := range f.Forms {
		form.compiled = lazy.Regexp(form.Pattern)
	}
	return f, nil
}

func (f *forms) check() []error {
	var errs []error
	for _, form := range f.Forms {
		if _, err := regexp.Compile(form.Pattern); err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", formsFile, form.ID, err))
		}
		targets := 0
		for _, given := range []bool{len(form.Tokens) > 0, form.Terraform != "", form.Bridged} {
			if given {
				targets++
			}
		}
		if targets != 1 {
			errs = append(errs, fmt.Errorf("%s: %s: expected one of tokens, terraform, bridged", formsFile, form.ID))
		}
	}
	return errs
}

// byForm returns the entry for a token that matches a form, or nil.
func (c *Catalogue) byForm(token string) *entry {
	for _, form := range c.forms.Forms {
		if !strings.HasPrefix(token, form.Prefix) || !strings.Contains(token, form.Contains) {
			continue
		}
		groups := form.compiled().FindStringSubmatchIndex(token)
		if groups == nil {
			continue
		}
		expand := func(template string) string {
			return string(form.compiled().ExpandString(nil, template, token, groups))
		}
		var found *entry
		switch {
		case form.Terraform != "":
			found = c.terraform[expand(form.Terraform)]
		case form.Bridged:
			found = c.byBridge(expand("$1"), expand("$2"), expand("$3"))
		default:
			for _, template := range form.Tokens {
				if found = c.lookup(expand(template)); found != nil {
					break
				}
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// byBridge returns the entry behind <provider>:index/<camel>:<pascal>. For a known provider name, it is the type with
// the provider's prefix. An unknown name (--provider-name) could be any provider's, so only types of the three clouds
// with names of several words are considered, because a `Secret` of an unknown package could be anything. If both AWS
// providers have a type of that name, it is the entry that also has the values.
func (c *Catalogue) byBridge(provider, camel, pascal string) *entry {
	if upperFirst(camel) != pascal {
		return nil
	}
	candidates := c.bridged()[pascal]
	prefix, ok := c.forms.Packages[provider]
	if !ok {
		prefix = provider
	}
	for _, tfType := range candidates {
		if strings.HasPrefix(tfType, prefix+"_") {
			return c.terraform[tfType]
		}
	}
	if c.packages[provider] || slices.Contains(c.forms.Renamed, prefix) {
		return nil
	}
	var found *entry
	for _, tfType := range candidates {
		prefix, rest, _ := strings.Cut(tfType, "_")
		if !slices.Contains(c.forms.Renamed, prefix) || !strings.Contains(rest, "_") {
			continue
		}
		if e := c.terraform[tfType]; found == nil || c.kindOf(e).ValueInStore {
			found = e
		}
	}
	return found
}

// bridgedNames maps the Pascal-case names of the bridge to the Terraform types, sorted.
func (c *Catalogue) bridgedNames() map[string][]string {
	names := make(map[string][]string, len(c.terraform))
	for _, tfType := range slices.Sorted(maps.Keys(c.terraform)) {
		if _, rest, ok := strings.Cut(tfType, "_"); ok {
			name := pascalCase(rest)
			names[name] = append(names[name], tfType)
		}
	}
	return names
}

func pascalCase(snake string) string {
	var name strings.Builder
	for word := range strings.SplitSeq(snake, "_") {
		name.WriteString(upperFirst(word))
	}
	return name.String()
}

func upperFirst(word string) string {
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + word[1:]
}
