package ascii

// Textual reports whether 32 base64 characters encode the beginning of a text.
func Textual(head string) bool {
	for i := 0; i+4 <= len(head); i += 4 {
		a, b, c, d := sextet(head[i]), sextet(head[i+1]), sextet(head[i+2]), sextet(head[i+3])
		if a|b|c|d > 63 || !text(a<<2|b>>4) || !text(b<<4|c>>2) || !text(c<<6|d) {
			return false
		}
	}
	return true
}

func text(c byte) bool {
	return c >= ' ' && c < 0x7f || c == '\n' || c == '\r' || c == '\t' || c >= 0xc2 && c < 0xf5 || c&0xc0 == 0x80
}

// sextet returns the value of a character of either alphabet of base64, 64 for any other.
func sextet(c byte) byte {
	switch {
	case IsUpper(c):
		return c - 'A'
	case IsLower(c):
		return c - 'a' + 26
	case IsDigit(c):
		return c - '0' + 52
	case c == '+' || c == '-':
		return 62
	case c == '/' || c == '_':
		return 63
	}
	return 64
}

// Printable reports whether the bytes are printable text.
func Printable(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0x7f || c >= 0xf8 {
			return false
		}
	}
	return len(b) > 0
}
