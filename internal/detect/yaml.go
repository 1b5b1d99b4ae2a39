package detect

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/detect/names"
)

// yaml follows YAML line by line, by its indents; it needs no more of the format than where names and values stand.
type yaml struct {
	s      *scan
	on     bool
	height int // of the path outside the document
	levels [24]level
	n      int
	name   string // of the last member called name, for a value beside it
	column int    // where that member stands
}

// level is an open mapping or sequence.
type level struct {
	column int
	key    string
	index  int // -1 in a mapping
}

func (y *yaml) open(l level) {
	if y.n < len(y.levels) {
		y.levels[y.n] = l
		y.n++
	}
}

// item enters the next item of the sequence whose dash stands at the column.
func (y *yaml) item(column int) {
	for y.n > 0 && y.levels[y.n-1].column > column {
		y.n--
	}
	if y.n > 0 && y.levels[y.n-1].column == column && y.levels[y.n-1].index >= 0 {
		y.levels[y.n-1].index++
	} else {
		y.open(level{column, "", 0})
	}
	y.name = ""
}

// member enters the member of a mapping whose key stands at the column.
func (y *yaml) member(column int, key string) {
	for y.n > 0 && y.levels[y.n-1].column >= column {
		y.n--
	}
	y.open(level{column, key, -1})
}

// path makes the levels the path of the scan.
func (y *yaml) path() {
	y.s.height = y.height
	for _, l := range y.levels[:y.n] {
		if l.index >= 0 {
			y.s.push("", l.index)
		} else {
			y.s.push(l.key, -1)
		}
	}
}

// parent returns the innermost key.
func (y *yaml) parent() string {
	for i := y.n - 1; i >= 0; i-- {
		if y.levels[i].index < 0 {
			return y.levels[i].key
		}
	}
	return ""
}

// line looks at the line that begins at i; its text is first to end. It returns where the next line begins when the
// value goes on below, else 0.
func (y *yaml) line(i, first, end int) int {
	s, t := y.s, y.s.Text
	item := false
	for strings.HasPrefix(t[first:end], "- ") {
		y.item(first - i)
		first += 2
		for first < end && t[first] == ' ' {
			first++
		}
		item = true
	}
	column := first - i
	key, rest, ok := member(t[first:end])
	if !ok {
		y.path()
		y.plain(item, first, end)
		return 0
	}
	at := end - len(rest)
	if column < y.column {
		y.name = ""
	}
	y.member(column, s.shown(literal{text: key, exact: true}))
	y.path()
	if names.IsName(key) && len(rest) <= 128 {
		y.name, y.column = scalar(rest), column
	} else if names.IsValue(key) && y.name != "" && column == y.column {
		key = y.name
	}
	return y.value(key, column, at, end)
}

// plain looks at a line that is no member: an item of a sequence, or the continuation of something.
func (y *yaml) plain(item bool, first, end int) {
	s := y.s
	v := unquoted(s.Text[first:end])
	if len(v) < end-first {
		first++
		end--
	}
	if item && len(v) >= 4 {
		if s.weigh(y.parent(), v, first) {
			return
		}
	}
	s.line(first, end)
}

// scalar returns the text of a value on one line, without quotes and comment.
func scalar(v string) string {
	if v == "" {
		return v
	}
	if q := v[0]; q == '"' || q == '\'' {
		if j := strings.IndexByte(v[1:], q); j >= 0 {
			return v[1 : 1+j]
		}
		return v
	}
	if j := strings.Index(v, " #"); j >= 0 {
		v = strings.TrimRight(v[:j], " ")
	}
	return v
}

// value looks at the value of a member, from at to end of the line.
func (y *yaml) value(key string, column, at, end int) int {
	s, t := y.s, y.s.Text
	v := t[at:end]
	if v == "" {
		return 0
	}
	switch v[0] {
	case '|', '>':
		if len(v) <= 4 || v[1] == ' ' {
			return y.block(key, column, end)
		}
	case '{', '[':
		if len(v) > 4 {
			s.nested(v, at)
		}
		return 0
	case '&', '*':
		return 0
	case '!':
		if !strings.HasPrefix(v, "!!") {
			return 0
		}
		if j := strings.IndexByte(v, ' '); j > 0 {
			at += j + 1
			v = v[j+1:]
		}
	}
	quote := byte(0)
	if v != "" && (v[0] == '"' || v[0] == '\'') {
		quote = v[0]
		if j := strings.LastIndexByte(v, quote); j > 0 {
			v = v[1:j]
			at++
		}
	} else {
		v = scalar(v)
		if strings.HasSuffix(v, ",") && looks.Codelike(v[:len(v)-1]) || names.TierOf(key) != names.None &&
			looks.Selector(v) && names.TierOf(v) != names.None {
			return 0 // a literal of some language, not YAML
		}
	}
	if len(v) < 4 {
		return 0
	}
	if quote == '"' && strings.IndexByte(v, '\\') >= 0 {
		l := literal{text: unescape(v), start: at, end: at + len(v)}
		found := len(s.found)
		s.leaf(key, l)
		s.unique(found)
		return 0
	}
	if c := v[0]; quote != 0 && (c == '{' || c == '[') {
		s.nested(v, at)
		return 0
	}
	if !s.weigh(key, v, at) && strings.ContainsAny(v, "= ") {
		s.line(at, at+len(v))
	}
	return 0
}

// block looks at the block scalar below the line that ends at end, and returns where it ends.
func (y *yaml) block(key string, column, end int) int {
	s, t := y.s, y.s.Text
	from := end
	for from < len(t) && t[from] != '\n' {
		from++
	}
	from = min(from+1, len(t))
	to := from
	for to < len(t) {
		j := strings.IndexByte(t[to:], '\n')
		next := to + j + 1
		if j < 0 {
			next = len(t)
		}
		line := strings.TrimRight(t[to:next], " \r\n")
		if line != "" && indent(line) <= column {
			break
		}
		to = next
	}
	body := strings.TrimSpace(t[from:to])
	if body == "" {
		return to
	}
	start := from + strings.Index(t[from:to], body)
	if key == "list" && y.n > 1 && y.levels[y.n-2].key == "chpasswd" {
		s.logins(start, start+len(body))
		return to
	}
	if s.weigh(key, body, start) {
		return to
	}
	if outer, ok := s.enter(t[from:to], from, to, true); ok {
		found := len(s.found)
		if c := body[0]; c != '{' && c != '[' || !s.json() {
			s.lines()
		}
		s.leave(outer)
		s.unique(found)
	}
	return to
}

// logins looks at lines of user:password, as cloud-init and chpasswd take them.
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
