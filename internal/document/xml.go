package document

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/model"
)

// Text is the key of the text of an element with attributes.
const Text = "#text"

// element is an element that is being parsed.
type element struct {
	name     string
	from, to int // of the name
	start    int // of the content
	members  []Member
	text     strings.Builder
	first    int // where the text begins
	last     int
	exact    bool
}

func (b *builder) xml() error {
	d := xml.NewDecoder(strings.NewReader(b.text))
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // already converted to UTF-8
	open := []*element{{}}
	for {
		from := int(d.InputOffset())
		token, err := d.RawToken()
		to := int(d.InputOffset())
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || len(open) > maxDepth {
			return errBroken
		}
		top := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: qualified(token.Name), from: from + 1, start: to}
			e.to = e.from + len(e.name)
			e.members = b.attributes(token.Attr, from, to)
			open = append(open, e)
		case xml.EndElement:
			if len(open) == 1 || top.name != qualified(token.Name) {
				return errBroken
			}
			open = open[:len(open)-1]
			outer := open[len(open)-1]
			outer.members = append(outer.members, Member{
				Key: top.name, From: top.from, To: top.to, Value: b.element(top, from),
			})
		case xml.CharData:
			top.characters(b.text, string(token), from, to)
		}
	}
	if len(open) != 1 || len(open[0].members) == 0 {
		return errBroken
	}
	root := b.node(model.Object, 0, len(b.text))
	b.object(root, open[0].members)
	b.roots = []*Node{root}
	return nil
}

func qualified(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

// characters adds text to an element, without surrounding white space.
func (e *element) characters(t, text string, from, to int) {
	if strings.TrimSpace(text) == "" {
		return
	}
	if e.text.Len() == 0 {
		e.first, e.exact = from, true
		for e.first < to && ascii.IsSpace(t[e.first]) {
			e.first++
		}
	} else {
		e.exact = false
	}
	e.text.WriteString(text)
	for e.last = to; e.last > e.first && ascii.IsSpace(t[e.last-1]); {
		e.last--
	}
}

// element returns the value of an element: its text or, if it has attributes or children, an object.
func (b *builder) element(e *element, end int) *Node {
	var text *Node
	if e.text.Len() > 0 {
		text = b.decoded(strings.TrimSpace(e.text.String()), e.first, e.last, Encoded)
	}
	if text != nil && len(e.members) == 0 {
		return text
	}
	n := b.node(model.Object, e.start, end)
	if e.name == "dict" { // of a property list: alternating keys and values
		e.members = listed(e.members)
	}
	if text != nil {
		e.members = append(e.members, Member{Key: Text, From: e.from, To: e.to, Value: text})
	}
	b.object(n, e.members)
	return n
}

// listed pairs each value of a property list with the key before it.
func listed(members []Member) []Member {
	var out []Member
	for i := 0; i < len(members); i++ {
		if m := members[i]; m.Key == "key" && m.Value.kind == model.String && i+1 < len(members) {
			i++
			out = append(out, Member{Key: m.Value.text, From: m.Value.From, To: m.Value.To, Value: members[i].Value})
			continue
		}
		out = append(out, members[i])
	}
	return out
}

// attributes returns the attributes of an element, whose tag is between from and to, as members.
func (b *builder) attributes(attrs []xml.Attr, from, to int) []Member {
	members := make([]Member, 0, len(attrs))
	at := from
	for _, a := range attrs {
		name := qualified(a.Name)
		for at < to && !strings.HasPrefix(b.text[at:to], name) {
			at++
		}
		m := Member{Key: name, From: at, To: at + len(name)}
		at += len(name)
		for at < to && b.text[at] != '"' && b.text[at] != '\'' {
			at++
		}
		end := at
		if at < to {
			if j := strings.IndexByte(b.text[at+1:to], b.text[at]); j >= 0 {
				at++
				end = at + j
			}
		}
		m.Value = b.decoded(a.Value, at, end, Encoded)
		at = min(to, end+1)
		members = append(members, m)
	}
	return members
}
