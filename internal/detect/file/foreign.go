package file

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/detect/names"
)

// foreign reports whether the text is, or contains, something that does not occur in the secrets of a file: templates,
// formats, markup, regular expressions, selectors, operators, arguments, letters of other alphabets.
func (f *Source) foreign(v string) bool {
	for i := range len(v) {
		switch c := v[i]; {
		case c <= ' ', c >= 0x7f:
			return true
		case c == '\\' && !f.plain && i+1 < len(v) && strings.IndexByte("ntrsdwbxuSDWB.\\$/", v[i+1]) >= 0:
			return true
		case c == '%' && i+1 < len(v) && strings.IndexByte("sdvqxi@", v[i+1]) >= 0 &&
			(i+2 == len(v) || !ascii.IsHex(v[i+2]) || v[i+1] == 's'):
			return true
		}
	}
	for i, p := range [...]string{
		"${", "{{", "#{", "%{", "$(", "<%", "{%", "%(", "@{", "...", "%20", "$argon2", "$2a$", "$2b$", "$2y$", "://",
		"</", "/>", "=>", "()", "&&", "||", "*/",
	} {
		if strings.Contains(v, p) && (!f.plain || i < 16) {
			return true
		}
	}
	made := f.plain || looks.MachineMade(v)
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
	case strings.HasPrefix(v, "--"), strings.HasPrefix(v, "id="), strings.HasPrefix(v, "type="),
		strings.IndexByte(":([{", last) >= 0, first == '+' && last == '+', last == '=' && len(v)%4 != 0 &&
			!made, strings.IndexByte("$#.@:&*", first) >= 0 && technical(v[1:]):
		return true
	case strings.HasPrefix(v, "Ag") && len(v) >= 200: // a sealed secret
		return true
	}
	return !f.plain && braced(v)
}

// braced reports whether the text holds a name in braces, such as {user} or {0}.
func braced(v string) bool {
	for from := 0; ; {
		i := strings.IndexByte(v[from:], '{')
		if i < 0 {
			return false
		}
		from += i + 1
		if j := ascii.Run(v, from, ascii.Alnum|ascii.Dash|ascii.Dot, 32); j < len(v) && v[j] == '}' {
			return true
		}
	}
}

// fileName reports whether the text is a path that ends in the name of a file.
func fileName(v string) bool {
	i := strings.LastIndexByte(v, '.')
	return i > 0 && len(v)-i <= 6 && len(v)-i > 2 && ascii.Run(v, i+1, ascii.Lower, 5) == len(v) &&
		(strings.IndexByte(v, '/') >= 0 || looks.Wordlike(v[i+1:]) && looks.Slug(v[:i]))
}

const illustrations = " test tests testing tester example examples sample dummy fake mock mocked stub demo foo bar " +
	"baz qux foobar placeholder changeme invalid wrong incorrect bogus your todo fixme redacted unsafe insecure temp " +
	"abc xyz xxx lorem ipsum replace enter insert donotuse notasecret nosecret anything whatever something blah " +
	"default "

// testlike reports whether the words in the text indicate that it is not a secret.
func testlike(v string) bool {
	if !looks.MachineMade(v) {
		var w names.Words
		names.Split(&w, v)
		if w.Any(illustrations) {
			return true
		}
		for _, p := range [...]string{
			"dummy", "notreal", "fakefake", "testtest", "donotuse", "testpass",
			"testsecret", "testtoken", "test123", "mypass", "notso", "notasecret",
		} {
			if ascii.ContainsFold(v, p) {
				return true
			}
		}
	}
	return ascii.ContainsFold(v, "example") || ascii.ContainsFold(v, "changeme") ||
		ascii.ContainsFold(v, "placeholder") || ascii.ContainsFold(v, "replaceme")
}

// unleet replaces digits and symbols that people use in place of letters by those letters.
func unleet(v string) string {
	return strings.Map(func(r rune) rune {
		if i := strings.IndexRune("013457@$!", r); i >= 0 {
			return rune("oieastasi"[i])
		}
		return r
	}, v)
}

// codeLike reports whether the text contains what words do not: digits, symbols, or letters in an order that does not
// occur in words.
func codeLike(v string) bool {
	h := ascii.ShapeOf(v)
	switch {
	case h.Distinct < 4:
		return false
	case h.Lower+h.Upper == 0:
		return !dotted(v) || h.Digit == len(v)
	case h.Digit > 0:
		return !technical(v)
	}
	if i := strings.IndexAny(v, "!#$%^&*+=~?@;|"); i > 0 {
		return !looks.Slug(v[:len(v)-1])
	}
	return looks.MachineMade(v)
}

// dotted reports whether the text is made of digits and joints: a version, an address, a date.
func dotted(v string) bool {
	for i := range len(v) {
		if !ascii.IsDigit(v[i]) && strings.IndexByte(".:-/,_+", v[i]) < 0 {
			return false
		}
	}
	return true
}

// typeName reports whether the text is words in camelCase with numbers before the next word: V1SecretSource.
func typeName(v string) bool {
	letters, worded, start := 0, 0, 0
	for i := 0; i <= len(v); i++ {
		if i < len(v) && ascii.IsDigit(v[i]) && (i+1 == len(v) || ascii.IsLower(v[i+1])) {
			return false
		}
		if i < len(v) && ascii.IsLetter(v[i]) && (!ascii.IsUpper(v[i]) || i == start || ascii.IsUpper(v[i-1])) {
			continue
		}
		letters += i - start
		if i-start >= 3 && looks.Wordlike(v[start:i]) {
			worded += i - start
		}
		start = i
		if i < len(v) && !ascii.IsLetter(v[i]) {
			if !ascii.IsDigit(v[i]) && strings.IndexByte("-_./:()[]", v[i]) < 0 {
				return false
			}
			start++
		}
	}
	return worded*3 >= letters*2
}

// technical reports whether letters and digits are those of an identifier: sha256, oauth2-token, v1beta1, password2.
func technical(v string) bool {
	if typeName(v) || looks.Selector(v) {
		return true
	}
	start := -1
	for i := 0; i <= len(v); i++ {
		if i < len(v) && ascii.IsWord(v[i]) {
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

const numbered = " sha md base utf int uint float bytes byte char varchar nvarchar oauth es hs rs ps aes des x v " +
	"http ipv scrypt bcrypt argon alpha beta rc rsa p s k ed curve secp id key token password passwd pass secret " +
	"step stage field input user arg param value col column row table var item line pbkdf crc blake ripemd keccak " +
	"win h r t i n c d ec route iso ascii latin cp "

func technicalWord(p string) bool {
	digits := strings.TrimRight(p, "0123456789")
	switch n := len(p) - len(digits); {
	case n == len(p):
		return n < 5
	case n == 0 && ascii.ShapeOf(p).Digit == 0:
		return looks.Monotone(p) || looks.Camel(p)
	case n > 0 && n <= 4 && len(digits) <= 16:
		var b [16]byte
		for i := range len(digits) {
			b[i] = ascii.ToLower(digits[i])
		}
		return names.Within(numbered, b[:len(digits)]) && (n <= 2 || len(digits) <= 4) || strings.HasPrefix(p, "v") &&
			(strings.HasSuffix(digits, "alpha") || strings.HasSuffix(digits, "beta"))
	}
	return false
}
