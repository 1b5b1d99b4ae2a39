package facts

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// By says that another program than Pulumi wrote the resources of the run down. It is called before the run sees any.
func (r *Run) By(p *model.Program) { r.stack.Program = p }

// Spell returns the path as the run's program writes it.
func (r *Run) Spell(urn string, path place.Path) place.Path {
	if r.stack.Program == nil || len(path) == 0 {
		return path
	}
	return r.stack.Program.Spell(urn, path)
}

// spell adds to what a document tells of places how the program writes them: shown beside path, keyShown
// beside the key of a finding that is of the path, and nameShown for where
// the name of a secret is given. A document of Pulumi's has none of it.
func (r *Run) spell(document *object, res *Resource) {
	if r.stack.Program == nil {
		return
	}
	for _, pair := range document.pairs {
		switch key, _ := pair[0].Value.(ast.String); key {
		case "findings", "written", "ci":
			r.spellAll(pair[1], res)
		case "resource":
			o, _ := pair[1].Value.(ast.Object)
			for _, name := range [...]string{"written", "logins", "commands", "files", "ci", "declares"} {
				r.spellAll(o.Get(ast.InternedTerm(name)), res)
			}
			if res.Kind != nil && len(res.Kind.Name) > 0 {
				name := make([]any, len(res.Kind.Name))
				for i, step := range res.Kind.Name {
					name[i] = step
				}
				o.Insert(ast.StringTerm("nameShown"), ast.StringTerm(r.Spell(res.URN, name).String()))
			}
		}
	}
}

// spellAll spells the paths of a list of facts, each about the resource that it names, else about res.
func (r *Run) spellAll(list *ast.Term, res *Resource) {
	if list == nil {
		return
	}
	facts, ok := list.Value.(*ast.Array)
	if !ok {
		return
	}
	facts.Foreach(func(t *ast.Term) {
		o, ok := t.Value.(ast.Object)
		if !ok {
			return
		}
		urn, named := textAt(o, "urn")
		if !named && res != nil {
			urn = res.URN
		}
		if path := o.Get(ast.InternedTerm("path")); path != nil {
			steps := stepsOf(path)
			spelled := r.Spell(urn, steps)
			o.Insert(ast.StringTerm("shown"), ast.StringTerm(spelled.String()))
			if key, ok := textAt(o, "key"); ok && key != "" && key == steps.Key() {
				o.Insert(ast.StringTerm("keyShown"), ast.StringTerm(spelled.Key()))
			}
		}
		if source := o.Get(ast.InternedTerm("source")); source != nil {
			s, _ := source.Value.(ast.Object)
			from, _ := textAt(s, "urn")
			if path, ok := textAt(s, "path"); ok {
				s.Insert(ast.StringTerm("shown"), ast.StringTerm(r.Spell(from, place.ParsePath(path)).String()))
			}
		}
	})
}

func textAt(o ast.Object, key string) (string, bool) {
	t := o.Get(ast.InternedTerm(key))
	if t == nil {
		return "", false
	}
	s, ok := t.Value.(ast.String)
	return string(s), ok
}

func stepsOf(path *ast.Term) place.Path {
	list, ok := path.Value.(*ast.Array)
	if !ok {
		return nil
	}
	steps := make([]any, 0, list.Len())
	list.Foreach(func(t *ast.Term) {
		switch v := t.Value.(type) {
		case ast.String:
			steps = append(steps, string(v))
		case ast.Number:
			if n, ok := v.Int(); ok {
				steps = append(steps, n)
			}
		}
	})
	return steps
}
