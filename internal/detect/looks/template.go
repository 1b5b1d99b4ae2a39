package looks

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/names"
)

// Part is a literal in a template, from From to To of its text.
type Part struct {
	From, To int
	Default  bool // stands in for what is missing; else it stands beside what is filled in
}

// maxParts bounds the literals of a template.
const maxParts = 8

// Parts returns the literals in a template: fallbacks for missing values, and text beside a placeholder. It returns
// false if the text is not a template.
func Parts(t string) (parts []Part, templated bool) {
	p := splitter{t: t}
	if t == "" {
		return nil, false
	}
	if Call(t) || expressed(t) {
		p.inside(0, len(t), false)
		return p.parts, len(p.parts) > 0
	}
	p.split(0, len(t), false)
	return p.parts, p.templated
}

type splitter struct {
	t         string
	parts     []Part
	templated bool
	depth     int
}

func (p *splitter) add(from, to int, isDefault bool) {
	v := p.t[from:to]
	from += len(v) - len(strings.TrimLeft(v, " \t\"'`-_.:"))
	v = p.t[from:to]
	if to -= len(v) - len(strings.TrimRight(v, " \t\"'`-_.:")); to-from >= 4 && len(p.parts) < maxParts {
		p.parts = append(p.parts, Part{from, to, isDefault})
	}
}

// split looks for templates from from to to; the text around them is literal.
func (p *splitter) split(from, to int, isDefault bool) {
	t, start, found := p.t, from, false
	for i := from; i < to; {
		next := p.template(i, to)
		if next == 0 {
			i++
			continue
		}
		if found = true; start < i && (isDefault || !elsewhere(t)) {
			p.add(start, i, isDefault)
		}
		i, start = next, next
	}
	if isDefault || found && !elsewhere(t) {
		p.add(start, to, isDefault)
	}
}

// template returns the end of the template that begins at i, 0 if there is none. An unclosed template extends to the
// end.
func (p *splitter) template(i, to int) int {
	t := p.t[:to]
	if strings.IndexByte("$#%@{<", t[i]) < 0 || i+1 == to {
		return 0
	}
	if t[i] == '$' && (ascii.IsLetter(t[i+1]) || t[i+1] == '_') { // $NAME
		if j := ascii.Run(t, i+1, ascii.Upper|ascii.Digit|ascii.Dash, to); j-i > 2 &&
			(j == to || !ascii.IsLetter(t[j])) && ascii.ShapeOf(t[i+1:j]).Digit <= 2 {
			p.templated = true
			return j
		}
		return 0
	}
	for _, b := range [...][2]string{
		{"${", "}"},
		{"$(", ")"},
		{"{{", "}}"},
		{"<%", "%>"},
		{"#{", "}"},
		{"%{", "}"},
		{"@{", "}"},
		{"{%", "%}"},
		{"%(", ")s"},
	} {
		if !strings.HasPrefix(t[i:], b[0]) {
			continue
		}
		// One that does not end has been cut off where it begins the text, and is none inside it.
		if (i > 0 || b[0] != "${" && b[0] != "{{" && b[0] != "$(") && !strings.Contains(t[i:], b[1]) {
			return 0
		}
		p.templated = true
		inner := i + 2
		end := closing(t, inner, b[0][1], b[1])
		if b[0] != "$(" && p.depth < 4 {
			p.depth++
			p.inside(inner, end, b[0] == "${")
			p.depth--
		}
		return min(to, end+len(b[1]))
	}
	return 0
}

// elsewhere reports whether the text is a URL, or refers to a value stored elsewhere. In such a template only defaults
// are checked.
func elsewhere(t string) bool { return link(t) || pointer(t) }

// quoted reports whether the text begins with a quote, after blanks.
func quoted(t string) bool {
	t = strings.TrimLeft(t, " ")
	return t != "" && (t[0] == '"' || t[0] == '\'')
}

// closing returns where what began before i with the bracket ends.
func closing(t string, i int, open byte, end string) int {
	for depth := 0; i < len(t); i++ {
		switch {
		case depth == 0 && strings.HasPrefix(t[i:], end):
			return i
		case t[i] == open && open != '%':
			depth++
		case t[i] == end[0]:
			depth--
		}
	}
	return len(t)
}

// resolvers are the names of what looks a value up, in the templates of tools that write ${NAME:key}.
const resolvers = " env file self opt cf ssm s3 secretsmanager aws vault secret secrets param sm gcp azure kv http " +
	"https config sys java bundle ctx date lower upper base js resource docker k op ref git sls stage "

// inside looks at the inside of a template: NAME:-literal of shells, NAME:literal of Spring, env:NAME, 'literal' of
// Serverless, an expression.
func (p *splitter) inside(from, to int, variable bool) {
	t := p.t[:to]
	i := ascii.Run(t, from, ascii.Dotted, to)
	if variable {
		for i > from && t[i-1] == '-' {
			i--
		}
		name := t[from:i]
		if dash := strings.IndexByte(name, '-'); dash > 0 && strings.ToUpper(name[:dash]) == name[:dash] {
			i, name = from+dash, name[:dash] // ${NAME-literal}
		}
		if name != "" && i < to {
			switch rest := t[i:]; {
			case strings.HasPrefix(rest, ":-"), strings.HasPrefix(rest, ":="), strings.HasPrefix(rest, ":+"):
				p.split(i+2, to, true)
				return
			case rest[0] == '-', rest[0] == '=':
				p.split(i+1, to, true)
				return
			case strings.HasPrefix(rest, ":?"), rest[0] == '?':
				return
			case rest[0] == ':':
				if !names.In(resolvers, name) && !strings.HasPrefix(rest, "://") {
					p.split(i+1, to, true)
				} else if j := strings.LastIndexByte(rest, ','); j > 0 && quoted(rest[j+1:]) {
					p.split(i+j+1, to, true)
				}
				return
			}
		}
	}
	for part := range Fallbacks(t, from, from) {
		p.add(part.From, part.To, true)
	}
}
