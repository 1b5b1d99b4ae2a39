package command

import "strings"

// unescape removes the backslashes from a literal.
func unescape(text string, quoted bool) string {
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) && (!quoted || strings.IndexByte("$`\"\\\n", text[i+1]) >= 0) {
			i++
			if text[i] == '\n' {
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// ansi resolves the escapes of $'…' and of printf.
func ansi(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		base, most := 0, 0
		switch c := text[i]; c {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'x':
			base, most = 16, 2
		case 'u':
			base, most = 16, 4
		case '0', '1', '2', '3', '4', '5', '6', '7':
			base, most = 8, 3
			if c == '0' {
				most = 4
			}
			i--
		default:
			b.WriteByte(c)
		}
		if most > 0 {
			v, n := 0, 0
			for ; n < most && i+1 < len(text); n++ {
				d := strings.IndexByte("0123456789abcdef"[:base], lower(text[i+1]))
				if d < 0 {
					break
				}
				v, i = v*base+d, i+1
			}
			b.WriteRune(rune(v))
		}
	}
	return b.String()
}
