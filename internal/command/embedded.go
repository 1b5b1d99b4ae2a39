package command

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
)

// maxParts is the maximum nesting depth of archives, parts and encodings.
const maxParts = 4

// Embedded is Parse for the user data of machines: scripts, #cloud-config, MIME archives of these, blocks of
// PowerShell, and any of them in base64 or gzip. A script for an interpreter other than a shell is not parsed.
func Embedded(text string) ([]Use, error) {
	return follow(nil, func(m *machine) { m.embedded(text, 0) })
}

func (m *machine) embedded(text string, depth int) {
	if depth > maxParts {
		m.fail(ErrTooComplex)
		return
	}
	if strings.HasPrefix(text, "\x1f\x8b") {
		raw, ok := unzip(text)
		if !ok {
			m.fail(ErrTooLong)
			if !m.literal {
				return
			}
		}
		m.hidden(raw, depth)
		return
	}
	if raw, ok := decode64(text); ok {
		m.hidden(raw, depth)
		return
	}
	if !concerns(text) && !strings.Contains(text, "base64") && !strings.Contains(text, "b64") &&
		!strings.Contains(text, "gz") {
		return
	}
	if len(text) > maxText {
		m.fail(ErrTooLong)
		if m.literal {
			m.nestedAs(text, Shell, stream{line: 1}, stream{text: Unknown})
		}
		return
	}
	head := strings.TrimLeft(text, " \t\r\n"+Unknown)
	if rest, ok := strings.CutPrefix(head, "## template: jinja"); ok {
		head = strings.TrimLeft(rest, " \t\r\n")
	}
	first, _, _ := strings.Cut(head, "\n")
	lang, ok := Interpreter(head)
	switch lower := strings.ToLower(first); {
	case strings.HasPrefix(first, "#!") && !ok:
	case strings.HasPrefix(first, "#cloud-config"):
		m.cloudConfig(text, depth)
	case strings.HasPrefix(first, "#include"), strings.HasPrefix(first, "#part-handler"):
	case strings.HasPrefix(lower, "content-type:"), strings.HasPrefix(lower, "mime-version:"),
		strings.HasPrefix(lower, "from "):
		m.multipart(text, head, depth)
	case strings.HasPrefix(lower, "<powershell>"), strings.HasPrefix(lower, "<script>"):
		m.block(text, "powershell", PowerShell)
		m.block(text, "script", Batch)
	case strings.HasPrefix(lower, "#ps1"):
		m.nestedAs(text, PowerShell, stream{line: 1}, stream{text: Unknown})
	default:
		m.nestedAs(text, lang, stream{line: 1}, stream{text: Unknown})
	}
}

// hidden follows a decoded text. Its commands have no position of their own.
func (m *machine) hidden(text string, depth int) {
	saved := m.place
	m.place = place{line: 1, col: 1, fixed: true}
	m.embedded(text, depth+1)
	m.place = saved
}

// decode64 decodes a text that consists of base64, and reports whether it does.
func decode64(text string) (string, bool) {
	if len(text) < 24 || len(text) > 2*maxText {
		return "", false
	}
	for i := range len(text) {
		c := lower(text[i])
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && strings.IndexByte("+/=\r\n", c) < 0 {
			return "", false
		}
	}
	if strings.ContainsAny(text, "\r\n") {
		text = strings.NewReplacer("\r", "", "\n", "").Replace(text)
	}
	text = strings.TrimRight(text, "=")
	raw, err := base64.RawStdEncoding.DecodeString(text)
	return string(raw), err == nil
}

func unzip(text string) (string, bool) {
	z, err := gzip.NewReader(strings.NewReader(text))
	if err != nil {
		return "", false
	}
	raw, err := io.ReadAll(io.LimitReader(z, maxText+1))
	return string(raw), len(raw) <= maxText && (err == nil || len(raw) > 0)
}

// block follows the text between <tag> and </tag>.
func (m *machine) block(text, tag string, lang Language) {
	small := strings.ToLower(text)
	from := strings.Index(small, "<"+tag+">")
	if from < 0 || len(small) != len(text) {
		return
	}
	from += len(tag) + 2
	end := strings.Index(small[from:], "</"+tag+">")
	if end < 0 {
		end = len(text) - from
	}
	m.nestedAs(text[from:from+end], lang, stream{line: 1 + strings.Count(text[:from], "\n")}, stream{text: Unknown})
}

// multipart follows the parts of a MIME archive.
func (m *machine) multipart(text, head string, depth int) {
	message, err := mail.ReadMessage(strings.NewReader(head))
	if err != nil {
		m.fail(&SyntaxError{Line: 1, Col: 1})
		m.lines(text)
		return
	}
	kind, params, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(kind, "multipart/") || params["boundary"] == "" {
		body, _ := io.ReadAll(message.Body)
		m.part(text, string(body), message.Header.Get("Content-Transfer-Encoding"), depth)
		return
	}
	parts := multipart.NewReader(message.Body, params["boundary"])
	for m.more(len(text)) {
		p, err := parts.NextRawPart()
		if err != nil {
			if err != io.EOF {
				m.fail(&SyntaxError{Line: 1, Col: 1})
			}
			return
		}
		body, _ := io.ReadAll(p)
		if kind := p.Header.Get("Content-Type"); strings.HasPrefix(kind, "multipart/") {
			var b bytes.Buffer
			b.WriteString("Content-Type: " + kind + "\n\n")
			b.Write(body)
			m.hidden(b.String(), depth)
			continue
		}
		m.part(text, string(body), p.Header.Get("Content-Transfer-Encoding"), depth)
	}
}

// part follows one part, at its position in the archive if it is not encoded.
func (m *machine) part(text, body, encoding string, depth int) {
	if strings.EqualFold(encoding, "base64") {
		if raw, ok := decode64(strings.TrimSpace(body)); ok {
			m.hidden(raw, depth)
		} else if raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(body), "")); err == nil {
			m.hidden(string(raw), depth)
		}
		return
	}
	saved := m.place
	if i := strings.Index(text, body); i >= 0 && !m.place.fixed {
		m.place.line += strings.Count(text[:i], "\n")
	}
	m.embedded(body, depth+1)
	m.place = saved
}
