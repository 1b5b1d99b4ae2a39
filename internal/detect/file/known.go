package file

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/dialect"
)

// Known calls value for the values of a file without names, whose meaning follows from the name of the file.
func (f *Source) Known(name string, value func(key string, v Value)) {
	i := strings.LastIndexByte(name, '/')
	folder, base := name[:i+1], name[i+1:]
	t := f.Text
	switch {
	case base == "master.key", strings.HasSuffix(folder, "credentials/") && strings.HasSuffix(base, ".key"): // of Rails
		f.dialect = dialect.Config
		if key := strings.TrimRight(t[:min(len(t), 64)], "\r\n"); len(key) == 32 && looks.Hexadecimal(key) {
			value("master_key", Value{0, 32})
		}
	case strings.HasPrefix(base, ".pgpass"), base == "pgpass.conf":
		f.dialect = dialect.Config
		f.lastFields(value)
	}
}

// lastFields calls value for the password of each line of host:port:database:user:password, in which a backslash
// escapes a colon.
func (f *Source) lastFields(value func(key string, v Value)) {
	for at := 0; at < len(f.Text); {
		line, _, _ := strings.Cut(f.Text[at:], "\n")
		colons, i := 0, 0
		for ; i < len(line) && colons < 4; i++ {
			switch line[i] {
			case '\\':
				i++
			case ':':
				colons++
			}
		}
		if end := len(strings.TrimRight(line, "\r")); colons == 4 && i < end && line[0] != '#' {
			value("password", Value{at + i, at + end})
		}
		at += len(line) + 1
	}
	f.Work += len(f.Text)
}
