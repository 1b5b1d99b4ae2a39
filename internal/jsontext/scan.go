package jsontext

import "strings"

// maxNesting is how deeply a document may be nested, as in encoding/json.
const maxNesting = 10_000

// scanner checks the syntax of a document, as encoding/json does, and copies the parts of it that are wanted.
type scanner struct {
	window
	out    []byte
	silent int // greater than 0 where nothing is copied

	depth   int  // of lists and objects
	deepest int  // since it was last set
	unusual bool // a number may not fit into a float64; since it was last set

	// wanted is an offset in out, if locating, and found the offset in the source of the byte that came there last.
	locating      bool
	wanted, found int64
}

// syntaxError is a syntax error at an offset of the source.
type syntaxError struct {
	at  int64
	end bool // the text ends too early
}

func (*syntaxError) Error() string { return "not JSON" }

func (s *scanner) wrong() error {
	switch {
	case s.err != nil:
		return s.err
	case s.pos == len(s.buf) && !s.fill():
		if s.err != nil {
			return s.err
		}
		return &syntaxError{s.at(), true}
	}
	return &syntaxError{s.at(), false}
}

// emit copies what begins at an offset of the source.
func (s *scanner) emit(text []byte, at int64) {
	if s.silent > 0 {
		return
	}
	if n := s.wanted - int64(len(s.out)); s.locating && n >= 0 && n < int64(len(text)) {
		s.found = at + n
	}
	s.out = append(s.out, text...)
}

// note copies a single byte that begins at the current offset, and skips it.
func (s *scanner) note() {
	if s.silent == 0 {
		s.emit(s.buf[s.pos:s.pos+1], s.at())
	}
	s.pos++
}

// peek returns the next byte behind white space, 0 at the end.
func (s *scanner) peek() byte {
	for {
		for s.pos < len(s.buf) {
			switch c := s.buf[s.pos]; c {
			case ' ', '\t', '\r', '\n':
				s.pos++
			default:
				return c
			}
		}
		if !s.fill() {
			return 0
		}
	}
}

// current returns the byte at the current offset, 0 at the end.
func (s *scanner) current() byte {
	if s.pos == len(s.buf) && !s.fill() {
		return 0
	}
	return s.buf[s.pos]
}

// enter counts a list or an object, and leave ends it.
func (s *scanner) enter() error {
	s.depth++
	s.deepest = max(s.deepest, s.depth)
	if s.depth > maxNesting {
		return &syntaxError{s.at(), false}
	}
	s.note()
	return nil
}

func (s *scanner) leave() {
	s.depth--
	s.note()
}

// value scans a value of any kind.
func (s *scanner) value() error {
	switch c := s.peek(); c {
	case '{':
		return s.object()
	case '[':
		return s.list()
	case '"':
		return s.text()
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	default:
		if c == '-' || c >= '0' && c <= '9' {
			return s.number()
		}
	}
	return s.wrong()
}

func (s *scanner) object() error {
	if err := s.enter(); err != nil {
		return err
	}
	if s.peek() == '}' {
		s.leave()
		return nil
	}
	for {
		if s.peek() != '"' {
			return s.wrong()
		}
		if err := s.text(); err != nil {
			return err
		}
		if s.peek() != ':' {
			return s.wrong()
		}
		s.note()
		if err := s.value(); err != nil {
			return err
		}
		switch s.peek() {
		case ',':
			s.note()
		case '}':
			s.leave()
			return nil
		default:
			return s.wrong()
		}
	}
}

func (s *scanner) list() error {
	if err := s.enter(); err != nil {
		return err
	}
	if s.peek() == ']' {
		s.leave()
		return nil
	}
	for {
		if err := s.value(); err != nil {
			return err
		}
		switch s.peek() {
		case ',':
			s.note()
		case ']':
			s.leave()
			return nil
		default:
			return s.wrong()
		}
	}
}

// ordinary are the bytes of a string that mean themselves.
var ordinary = func() (table [256]bool) {
	for c := range table {
		table[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return table
}()

// text scans a string.
func (s *scanner) text() error {
	s.note()
	for {
		buf, start := s.buf, s.pos
		i := start
		for i < len(buf) && ordinary[buf[i]] {
			i++
		}
		if s.silent == 0 && i > start {
			s.emit(buf[start:i], s.at())
		}
		s.pos = i
		switch s.current() {
		case '"':
			s.note()
			return nil
		case '\\':
			s.note()
			if err := s.escape(); err != nil {
				return err
			}
		default:
			if s.pos == len(s.buf) || !ordinary[s.buf[s.pos]] {
				return s.wrong()
			}
		}
	}
}

// escape scans an escape in a string, behind its backslash.
func (s *scanner) escape() error {
	c := s.current()
	switch {
	case c != 0 && strings.IndexByte(`"\/bfnrt`, c) >= 0:
		s.note()
		return nil
	case c != 'u':
		return s.wrong()
	}
	s.note()
	for range 4 {
		if c := s.current(); (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return s.wrong()
		}
		s.note()
	}
	return nil
}

func (s *scanner) word(word string) error {
	for i := range len(word) {
		if s.current() != word[i] {
			return s.wrong()
		}
		s.note()
	}
	return nil
}

// digits scans digits, at least one.
func (s *scanner) digits() (n int, err error) {
	for {
		if c := s.current(); c < '0' || c > '9' {
			if n == 0 {
				return 0, s.wrong()
			}
			return n, nil
		}
		s.note()
		n++
	}
}

// number scans a number. One without an exponent and with up to 300 digits fits into a float64.
func (s *scanner) number() error {
	if s.current() == '-' {
		s.note()
	}
	n := 1
	if s.current() == '0' {
		s.note()
	} else {
		var err error
		if n, err = s.digits(); err != nil {
			return err
		}
	}
	s.unusual = s.unusual || n > 300
	if s.current() == '.' {
		s.note()
		if _, err := s.digits(); err != nil {
			return err
		}
	}
	if c := s.current(); c == 'e' || c == 'E' {
		s.unusual = true
		s.note()
		if c := s.current(); c == '+' || c == '-' {
			s.note()
		}
		if _, err := s.digits(); err != nil {
			return err
		}
	}
	return nil
}

// offset returns where the value at a path of keys and indices begins, following the path as far as it exists. The JSON
// must be well-formed.
func offset(src Source, path []any) int64 {
	s := scanner{window: window{src: src}, silent: 1}
	s.peek()
	at := s.at()
	for _, step := range path {
		open := s.current()
		if open != '{' && open != '[' {
			return at
		}
		s.pos++
		if !s.seek(step, open == '{') {
			return at
		}
		at = s.at()
	}
	return at
}

// seek skips the fields or the items in front of that with the given key or index, and reports whether there is one.
func (s *scanner) seek(step any, object bool) bool {
	for i := 0; ; i++ {
		if c := s.peek(); c == '}' || c == ']' || c == 0 {
			return false
		}
		found := step == i
		if object {
			key, err := s.key()
			if found = err == nil && step == string(key); err != nil || s.peek() != ':' {
				return false
			}
			s.pos++
			s.peek()
		}
		if found {
			return true
		}
		if s.value() != nil || s.peek() != ',' {
			return false
		}
		s.pos++
	}
}

// key scans a string and returns its content, which is valid until the next call.
func (s *scanner) key() ([]byte, error) {
	if s.peek() != '"' {
		return nil, s.wrong()
	}
	if end := s.simple(); end > 0 {
		key := s.buf[s.pos+1 : end]
		s.emit(s.buf[s.pos:end+1], s.at())
		s.pos = end + 1
		return key, nil
	}
	whole := scanner{window: s.window}
	if err := whole.text(); err != nil {
		s.window = whole.window
		return nil, err
	}
	s.emit(whole.out, s.at())
	s.window = whole.window
	key, err := unquoted(whole.out)
	return []byte(key), err
}

// simple returns the index in the window of the end of a string that is in it as a whole and in plain ASCII, or -1.
func (s *scanner) simple() int {
	for i := s.pos + 1; i < len(s.buf); i++ {
		switch c := s.buf[i]; {
		case c == '"':
			return i
		case !ordinary[c] || c >= 0x80:
			return -1
		}
	}
	return -1
}
