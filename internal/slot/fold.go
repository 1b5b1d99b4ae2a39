package slot

import "strings"

// maxKey is the length of the longest key of an entry, after folding.
const maxKey = 62

// fold normalises a key for lookup: lower case, without separators and without a plural s, so that
// secret_environment_variables, secretEnvironmentVariable and secret-environment-variables are equal. If the key starts
// with a domain, as annotation keys do, only the last part is used.
func fold(buffer *[maxKey + 1]byte, key string) (n int, ok bool) {
	if i := strings.LastIndexByte(key, '/'); i >= 0 {
		key = key[i+1:]
	}
	if len(key) > maxKey {
		return 0, false
	}
	for i := range len(key) {
		c := key[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		} else if joint(c) {
			continue
		}
		buffer[n] = c
		n++
	}
	if n > 2 && buffer[n-1] == 's' && buffer[n-2] != 's' {
		n--
	}
	return n, n > 0
}

func joint(c byte) bool { return c == '_' || c == '-' || c == ' ' || c == '.' }

// folded is fold for the keys of entries.
func folded(key string) string {
	var buffer [maxKey + 1]byte
	n, _ := fold(&buffer, key)
	return string(buffer[:n])
}

// same reports whether a key matches a key of an entry, which is folded and may have a star at either end.
func same(want, key string) bool {
	if want == "*" {
		return true
	}
	var buffer [maxKey + 1]byte
	n, ok := fold(&buffer, key)
	if !ok {
		return false
	}
	have := buffer[:n]
	start, end := strings.HasPrefix(want, "*"), strings.HasSuffix(want, "*")
	want = strings.Trim(want, "*")
	switch {
	case start && end:
		return strings.Contains(string(have), want)
	case start:
		return strings.HasSuffix(string(have), want)
	case end:
		return strings.HasPrefix(string(have), want)
	}
	return string(have) == want
}
