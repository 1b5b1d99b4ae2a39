package ascii

import "strings"

// IsNumber reports whether the text consists of digits only.
func IsNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// PrefixFold reports whether the text begins with p, ignoring case.
func PrefixFold(t, p string) bool { return len(t) >= len(p) && strings.EqualFold(t[:len(p)], p) }

// ContainsFold reports whether the text contains p, which is in lower case, ignoring case.
func ContainsFold(t, p string) bool {
	for i := 0; i+len(p) <= len(t); i++ {
		if ToLower(t[i]) == p[0] && strings.EqualFold(t[i:i+len(p)], p) {
			return true
		}
	}
	return false
}
