package detect

import (
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/detect/names"
	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/document"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/slot"
)

// tree searches the current text as a document of that structure, and reports whether it is one.
func (s *scan) tree(as dialect.Structure) bool {
	s.Work += len(s.Text)
	return document.Use(as, s.Text, func(roots []*document.Node) { s.branches(as, roots) }) == nil
}

// branches searches the documents of the current text.
func (s *scan) branches(as dialect.Structure, roots []*document.Node) {
	height := s.height
	for i, root := range roots {
		if s.height = height; len(roots) > 1 {
			s.push("", i)
		}
		t := branch{s: s, as: as, height: s.height, found: len(s.found)}
		t.node(root)
		w := slot.Walker{Hide: t.shown, Visit: t.leaf}
		w.Walk(root)
		if strings.Contains(s.Text, "service_account") {
			t.accounts(root)
		}
	}
	s.height = height
}

// branch is a document that is searched.
type branch struct {
	s      *scan
	as     dialect.Structure
	height int             // of the path outside of the document
	found  int             // matches before it
	hidden map[string]bool // keys that hold a secret
}

func (t *branch) shown(key string) string {
	if t.hidden[key] {
		return Hidden
	}
	return key
}

// node looks for secrets in the keys at and below a node.
func (t *branch) node(n *document.Node) {
	s := t.s
	t.words(n.Items())
	for i, item := range n.Items() {
		if item.Kind() != model.String {
			s.push("", i)
			t.node(item)
			s.height--
		}
	}
	for _, m := range n.Members() {
		if t.key(m) {
			if t.hidden == nil {
				t.hidden = map[string]bool{}
			}
			t.hidden[m.Key] = true
		}
		if m.Value.Kind() != model.String {
			s.push(t.shown(m.Key), -1)
			t.node(m.Value)
			s.height--
		}
	}
}

// words treats the items of a list as the words of a command, if they look like it.
func (t *branch) words(items []*document.Node) {
	if len(items) < 2 || !slices.ContainsFunc(items, func(n *document.Node) bool {
		return strings.HasPrefix(n.Text(), "-")
	}) {
		return
	}
	var line []string
	var words []word
	for _, n := range items {
		if n.Kind() != model.String || n.Form == document.Encoded || len(words) == maxWords {
			return
		}
		text := n.Text()
		words, line = append(words, word{text, n.From, n.To, text}), append(line, text)
	}
	t.s.arguments(strings.Join(line, " "), words)
}

// key reports whether a key contains a secret, which is recorded, or is too long to be shown.
func (t *branch) key(m document.Member) bool {
	s := t.s
	if len(m.Key) < minName || len(m.Key) <= 256 && s.d.quiet(m.Key) {
		return false
	}
	before := len(s.found)
	if outer, ok := s.enter(m.Key, m.From, m.To, s.Text[m.From:m.To] == m.Key); ok {
		s.formats()
		s.leave(outer)
	}
	return len(s.found) > before || len(m.Key) > 256
}

// leaf searches a value of the document and decides about it by its name.
func (t *branch) leaf(l *slot.Leaf) {
	n, ok := l.Value.(*document.Node)
	if !ok || n.Kind() != model.String {
		return
	}
	s := t.s
	s.height = t.height
	for _, step := range l.Path {
		switch step := step.(type) {
		case int:
			s.push("", step)
		case string:
			s.push(step, -1)
		}
	}
	text := strings.TrimSpace(n.Text())
	if len(text) < 4 || t.as == dialect.YAML && t.code(l.Name, text, n.From) {
		return
	}
	e := Evidence{Name: l.Name, Meaning: l.Meaning()}
	before, structured := len(s.found), false
	i := len(l.Path)
	logins := i > 1 && l.Path[i-1] == "list" && l.Path[i-2] == "chpasswd"
	if logins || !s.d.quiet(text) {
		exact := n.Form != document.Encoded
		body := text
		if exact {
			body = s.Text[n.From:n.To]
		}
		if outer, ok := s.enter(body, n.From, n.To, exact); ok {
			s.escaped = t.as == dialect.JSON && s.file != nil && outer.root == 0 && s.root != 0
			switch {
			case e.Meaning.Reference():
				s.shapes()
			case logins:
				s.logins(0, len(body))
			default:
				structured = s.document()
			}
			s.leave(outer)
		}
	}
	if len(s.found) > before || e.Meaning.Reference() {
		return
	}
	if l.Name == "" || structured || !s.weighSpan(l.Name, text, n.From, n.To) {
		s.place(e, text, n.From, n.To)
	}
}

// code reports whether a text that looks like YAML is a literal of a programming language.
func (t *branch) code(name, text string, from int) bool {
	if from > 0 && quote(t.s.Text[from-1]) {
		return false
	}
	return strings.HasSuffix(text, ",") && looks.Codelike(text[:len(text)-1]) ||
		looks.Selector(text) && names.TierOf(text) != names.None && names.TierOf(name) != names.None
}

// accounts adds to the private key in a service account's file the account that it belongs to.
func (t *branch) accounts(n *document.Node) {
	for _, item := range n.Items() {
		t.accounts(item)
	}
	for _, m := range n.Members() {
		t.accounts(m.Value)
	}
	if n.Kind() != model.Object || model.Text(n, "type") != "service_account" {
		return
	}
	s := t.s
	for i := range s.found[t.found:] {
		h := &s.found[t.found+i]
		inside := h.root == s.root && s.base+n.From <= h.from && h.to <= s.base+n.To
		if h.root != s.root { // a key with escapes; of what is encoded no place is known
			inside = s.root != 0 || s.base+n.From <= h.Start && h.End <= s.base+n.To
		}
		if h.Detector == "private-key" && inside {
			info := s.d.info("gcp-service-account")
			h.Detector, h.Title, h.CloudKey = info.ID, info.Title, info.Cloud
		}
	}
}

// logins searches lines of user:password, as read by cloud-init and chpasswd.
func (s *scan) logins(start, end int) {
	for start < end {
		stop := end
		if j := strings.IndexByte(s.Text[start:end], '\n'); j >= 0 {
			stop = start + j
		}
		line := s.Text[start:stop]
		if j := strings.IndexByte(line, ':'); j > 0 {
			v := strings.TrimSpace(line[j+1:])
			if v != "R" && v != "RANDOM" {
				s.weigh("password", v, start+j+1+strings.Index(line[j+1:], v))
			}
		}
		start = stop + 1
	}
}
