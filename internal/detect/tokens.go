package detect

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
)

// accessKeyPair finds the secret key of AWS that stands right after its id. The id alone is no secret.
func (s *scan) accessKeyPair(i int) (start, end int) {
	t := s.text
	if !boundary(t, i) || ascii.Run(t, i+4, ascii.Upper|ascii.Digit, 17) != i+20 {
		return 0, 0
	}
	j := i + 20
	for j < len(t) && j < i+28 && strings.IndexByte(" \t\r\n\"',:;|=", t[j]) >= 0 {
		j++
	}
	if j == i+20 {
		return 0, 0
	}
	end = s.run(j, ascii.Base64, 41)
	if end-j != 40 || !looks.AWSSecretKey(t[j:end]) {
		return 0, 0
	}
	return j, end
}

// appToken finds the two forms of GitHub's installation tokens: 36 characters, or an id and a web token.
func (s *scan) appToken(i int) (start, end int) {
	if !boundary(s.text, i) {
		return 0, 0
	}
	body := i + len("ghs_")
	if head := s.run(body, ascii.Dotted, 36); head-body < 36 || !looks.Varied(s.text[body:head]) {
		return 0, 0
	}
	end = s.run(body, ascii.Dotted, 2048)
	for end > body && s.text[end-1] == '.' {
		end--
	}
	if end-body < 36 {
		return 0, 0
	}
	return i, end
}

// slackToken wants a digit or letter group after each dash, and one at least that is random.
func (s *scan) slackToken(i int) (start, end int) {
	t := s.text
	if !boundary(t, i) || i+5 > len(t) || strings.IndexByte("abeprsoc", t[i+3]) < 0 {
		return 0, 0
	}
	j := i + 4
	if t[j] == '.' {
		j++
	}
	if j >= len(t) || t[j] != '-' {
		return 0, 0
	}
	end = s.run(j, ascii.Alnum|ascii.Dash, 256)
	body := t[j:end]
	h := ascii.ShapeOf(body)
	if len(body) < 20 || h.Digit < 6 || !looks.Varied(body) {
		return 0, 0
	}
	return i, end
}

// webhook finds the path of a URL that lets anyone post who knows it.
func (s *scan) webhook(i, skip, least int) (start, end int) {
	end = s.run(i+skip, ascii.Alnum|ascii.Dash|ascii.Plus|ascii.At, 512)
	body := s.text[i+skip : end]
	if len(body) < least || !looks.Varied(body) {
		return 0, 0
	}
	last := body[strings.LastIndexByte(body, '/')+1:]
	if len(last) < 16 || looks.Slug(last) {
		return 0, 0
	}
	return i + skip, end
}

// signed finds a key that holds a signature of its service at a fixed place: before characters of base64 in front of the
// anchor at i, and length bytes from the anchor on, then the padding.
func (s *scan) signed(i, before, length int, padding string) (start, end int) {
	t := s.text
	start = i - before
	end = i + length
	if start < 0 || end+len(padding) > len(t) || t[end:end+len(padding)] != padding {
		return 0, 0
	}
	if s.back(i, ascii.Base64|ascii.Dash, before) != start || s.run(i, ascii.Base64|ascii.Dash, length) != end {
		return 0, 0
	}
	if start > 0 && !boundary(t, start) || !looks.Varied(t[start:end]) {
		return 0, 0
	}
	end += len(padding)
	if end < len(t) && ascii.ClassOf(t[end])&(ascii.Alnum|ascii.Pad) != 0 || len(padding) == 0 && end < len(t) && ascii.ClassOf(t[end])&ascii.Base64 != 0 {
		return 0, 0
	}
	return start, end
}

// azureCommon finds the common annotated keys of Azure: 52 letters and digits, the mark, 84 or 88 in all.
func (s *scan) azureCommon(i int) (start, end int) {
	start = i - 52
	if start < 0 || s.back(i, ascii.Alnum, 53) != start {
		return 0, 0
	}
	end = s.run(i, ascii.Base64, 40)
	if n := end - start; n < 80 || n > 88 || strings.IndexByte("9DH", s.text[i+len("JQQJ9")]) < 0 {
		return 0, 0
	}
	return start, s.run(end, ascii.Pad, 2)
}

// clientSecret finds the client secrets of Entra ID: three characters, a digit, Q~, 31 to 34 more.
func (s *scan) clientSecret(i int) (start, end int) {
	t := s.text
	start = i - 3
	if start < 0 {
		return 0, 0
	}
	for j := start; j < i; j++ {
		if !tilde(t[j]) {
			return 0, 0
		}
	}
	if start > 0 && tilde(t[start-1]) && t[start-1] != '.' && !boundary(t, start) {
		return 0, 0
	}
	body := i + len("0Q~")
	end = body
	for end < len(t) && end < body+40 && tilde(t[end]) {
		end++
	}
	s.work += end - start
	if end > body+34 && t[body+34] == '.' {
		end = body + 34
	}
	if n := end - body; n < 31 || n > 35 || !looks.Varied(t[body:end]) {
		return 0, 0
	}
	return start, end
}

func tilde(c byte) bool { return ascii.IsWord(c) || c == '~' || c == '_' || c == '.' || c == '-' }

// sharedAccess finds the signature of a shared access signature: 32 bytes in base64, often URL-encoded, beside the
// other parameters of one.
func (s *scan) sharedAccess(i int) (start, end int) {
	t := s.text
	if i == 0 || t[i-1] != '&' && t[i-1] != '?' && t[i-1] != ';' && t[i-1] != ' ' && t[i-1] != '"' {
		return 0, 0
	}
	start = i + len("sig=")
	end = start
	n := 0
	for end < len(t) && n < 50 {
		switch {
		case t[end] == '%' && end+2 < len(t) && ascii.IsHex(t[end+1]) && ascii.IsHex(t[end+2]):
			end += 3
		case ascii.ClassOf(t[end])&(ascii.Base64|ascii.Dash|ascii.Pad) != 0:
			end++
		default:
			goto done
		}
		n++
	}
done:
	s.work += end - start
	if n < 42 || n > 45 || !looks.Varied(t[start:end]) {
		return 0, 0
	}
	from, to := i, end
	for from > 0 && i-from < 512 && !ascii.IsSpace(t[from-1]) && t[from-1] != '"' && t[from-1] != '\'' {
		from--
	}
	for to < len(t) && to-end < 256 && !ascii.IsSpace(t[to]) && t[to] != '"' && t[to] != '\'' {
		to++
	}
	s.work += to - from
	around := t[from:to]
	if strings.Contains(around, "se=") && (strings.Contains(around, "sv=") || strings.Contains(around, "sr=")) {
		return start, end
	}
	return 0, 0
}

// openAI finds the older keys of OpenAI, which hold their mark in the middle.
func (s *scan) openAI(i int) (start, end int) {
	start = s.back(i, ascii.Base64URL, 210)
	end = s.run(i, ascii.Base64URL, 210)
	if !strings.HasPrefix(s.text[start:], "sk-") || i-start < 20 || end-i < 28 {
		return 0, 0
	}
	return start, end
}

// terraformToken finds tokens of HCP Terraform: 14 characters, the mark, 60 to 70 more.
func (s *scan) terraformToken(i int) (start, end int) {
	start = s.back(i, ascii.Alnum, 15)
	body := i + len(".atlasv1.")
	end = s.run(body, ascii.Base64URL, 80)
	if i-start != 14 || end-body < 60 || end-body > 70 {
		return 0, 0
	}
	return start, end
}

// originCA finds the origin CA keys of Cloudflare: v1.0-, 24 hex digits, a dash, 146 more.
func (s *scan) originCA(i int) (start, end int) {
	a := i + len("v1.0-")
	b := s.run(a, ascii.Hex, 25)
	if b-a != 24 || b >= len(s.text) || s.text[b] != '-' || !boundary(s.text, i) {
		return 0, 0
	}
	if end = s.run(b+1, ascii.Hex, 160); end-b-1 != 146 {
		return 0, 0
	}
	return i, end
}
