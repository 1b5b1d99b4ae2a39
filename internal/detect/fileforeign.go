package detect

import "strings"

// foreign reports whether the text is, or holds, something that no secret is written with in a file: templates, formats,
// markup, regular expressions, selectors, operators, arguments, letters of other languages.
func foreign(v string) bool {
	for i := range len(v) {
		switch c := v[i]; {
		case c <= ' ', c >= 0x7f:
			return true
		case c == '\\' && i+1 < len(v) && strings.IndexByte("ntrsdwbxuSDWB.\\$/", v[i+1]) >= 0:
			return true
		case c == '%' && i+1 < len(v) && strings.IndexByte("sdvqxi@", v[i+1]) >= 0 && (i+2 == len(v) || !isHex(v[i+2]) || v[i+1] == 's'):
			return true
		}
	}
	for _, p := range [...]string{
		"${", "{{", "#{", "%{", "$(", "<%", "{%", "%(", "@{", "...", "</", "/>", "=>", "()", "%20", "$argon2", "$2a$", "$2b$", "$2y$", "&&", "||", "://", "*/",
	} {
		if strings.Contains(v, p) {
			return true
		}
	}
	made := machineMade(v)
	for _, p := range [...]string{"(?", "[^", ".*", ".+", "]{", "]+", "]*", "[a-z", "[A-Z", "[0-9", "[@", "->", "::"} {
		if !made && strings.Contains(v, p) {
			return true
		}
	}
	if i := strings.Index(v, "=="); i >= 0 && i < len(v)-2 {
		return true
	}
	first, last := v[0], v[len(v)-1]
	for _, b := range [...]string{"{}", "<>", "[]", "()", "%%", "__", "^$"} {
		if first == b[0] && last == b[1] {
			return true
		}
	}
	switch {
	case strings.HasPrefix(v, "--"), strings.HasPrefix(v, "id="), strings.HasPrefix(v, "type="), strings.IndexByte(":([{", last) >= 0, first == '+' && last == '+', last == '=' && len(v)%4 != 0 && !made, strings.IndexByte("$#.@:&*", first) >= 0 && technical(v[1:]):
		return true
	case strings.HasPrefix(v, "Ag") && len(v) >= 200: // a sealed secret
		return true
	}
	return braced(v)
}

// braced reports whether the text holds a name in braces, such as {user} or {0}.
func braced(v string) bool {
	for from := 0; ; {
		i := strings.IndexByte(v[from:], '{')
		if i < 0 {
			return false
		}
		from += i + 1
		if j := run(v, from, alnum|cDash|cDot, 32); j < len(v) && v[j] == '}' {
			return true
		}
	}
}

// fileName reports whether the text is a path that ends in the name of a file.
func fileName(v string) bool {
	i := strings.LastIndexByte(v, '.')
	return i > 0 && len(v)-i <= 6 && len(v)-i > 2 && run(v, i+1, cLower, 5) == len(v) && (strings.IndexByte(v, '/') >= 0 || wordlike(v[i+1:]) && slug(v[:i]))
}

const illustrations = " test tests testing tester example examples sample dummy fake mock mocked stub demo foo bar baz qux foobar placeholder changeme invalid wrong incorrect bogus your todo fixme redacted " +
	"unsafe insecure temp abc xyz xxx lorem ipsum replace enter insert donotuse notasecret nosecret anything whatever something blah default "

// testlike reports whether the words in the text say that it is no secret.
func testlike(v string) bool {
	if !machineMade(v) {
		var w name
		split(&w, v)
		if w.any(illustrations) {
			return true
		}
		for _, p := range [...]string{"dummy", "notreal", "fakefake", "testtest", "donotuse", "testpass", "testsecret", "testtoken", "test123", "mypass", "notso", "notasecret"} {
			if containsFold(v, p) {
				return true
			}
		}
	}
	return containsFold(v, "example") || containsFold(v, "changeme") || containsFold(v, "placeholder") || containsFold(v, "replaceme")
}

// unleet writes the digits and symbols that people put in place of letters as those letters.
func unleet(v string) string {
	return strings.Map(func(r rune) rune {
		if i := strings.IndexRune("013457@$!", r); i >= 0 {
			return rune("oieastasi"[i])
		}
		return r
	}, v)
}

// codeLike reports whether the text holds what words have none of: digits, symbols, or letters in no order of words.
func codeLike(v string) bool {
	h := shapeOf(v)
	switch {
	case h.distinct < 4:
		return false
	case h.lower+h.upper == 0:
		return !dotted(v) || h.digit == len(v)
	case h.digit > 0:
		return !technical(v)
	}
	if i := strings.IndexAny(v, "!#$%^&*+=~?@;|"); i > 0 {
		return !slug(v[:len(v)-1])
	}
	return machineMade(v)
}

// dotted reports whether the text is made of digits and joints: a version, an address, a date.
func dotted(v string) bool {
	for i := range len(v) {
		if !isDigit(v[i]) && strings.IndexByte(".:-/,_+", v[i]) < 0 {
			return false
		}
	}
	return true
}

// typeName reports whether the text is words in camelCase with numbers before the next word: V1SecretSource.
func typeName(v string) bool {
	letters, worded, start := 0, 0, 0
	for i := 0; i <= len(v); i++ {
		if i < len(v) && isDigit(v[i]) && (i+1 == len(v) || isLower(v[i+1])) {
			return false
		}
		if i < len(v) && isLetter(v[i]) && (!isUpper(v[i]) || i == start || isUpper(v[i-1])) {
			continue
		}
		letters += i - start
		if i-start >= 3 && wordlike(v[start:i]) {
			worded += i - start
		}
		start = i
		if i < len(v) && !isLetter(v[i]) {
			if !isDigit(v[i]) && strings.IndexByte("-_./:()[]", v[i]) < 0 {
				return false
			}
			start++
		}
	}
	return worded*3 >= letters*2
}

// technical reports whether letters and digits are those of an identifier: sha256, oauth2-token, v1beta1, password2.
func technical(v string) bool {
	if typeName(v) || selector(v) {
		return true
	}
	start := -1
	for i := 0; i <= len(v); i++ {
		if i < len(v) && isWord(v[i]) {
			if start < 0 {
				start = i
			}
			continue
		}
		if i < len(v) && strings.IndexByte("-_./:(),*[]|", v[i]) < 0 || start >= 0 && !technicalWord(v[start:i]) {
			return false
		}
		start = -1
	}
	return true
}

const numbered = " sha md base utf int uint float bytes byte char varchar nvarchar oauth es hs rs ps aes des x v http ipv scrypt bcrypt argon alpha beta rc rsa p s k ed curve secp id key token password passwd pass " +
	"secret step stage field input user arg param value col column row table var item line pbkdf crc blake ripemd keccak win h r t i n c d ec route iso ascii latin cp "

func technicalWord(p string) bool {
	digits := strings.TrimRight(p, "0123456789")
	switch n := len(p) - len(digits); {
	case n == len(p):
		return n < 5
	case n == 0 && shapeOf(p).digit == 0:
		return monotone(p) || camel(p)
	case n > 0 && n <= 4 && len(digits) <= 16:
		var b [16]byte
		for i := range len(digits) {
			b[i] = lowerByte(digits[i])
		}
		return within(numbered, b[:len(digits)]) && (n <= 2 || len(digits) <= 4) || strings.HasPrefix(p, "v") && (strings.HasSuffix(digits, "alpha") || strings.HasSuffix(digits, "beta"))
	}
	return false
}
