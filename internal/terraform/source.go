package terraform

import (
	"net/url"
	"path"
	"strings"
)

// modulePrefix is the prefix of a module's type token, as it appears among the ancestors of its resources. It is
// followed by the module's source, escaped, or by noSource if unknown, as in a state.
const (
	modulePrefix = "terraform:module:"
	noSource     = "-"
)

// moduleToken returns the type token of a module with that source. Types in a URN cannot contain :: and $.
func moduleToken(source string) string {
	if source == "" {
		return modulePrefix + noSource
	}
	return modulePrefix + strings.NewReplacer("%", "%25", ":", "%3A", "$", "%24").Replace(source)
}

// Canonical normalises a module's source to the form used in settings: a registry address as written, otherwise
// host/path//directory without scheme, user, SSH port, .git and query, otherwise a local path. The version is not part
// of it. A local path inside a module (parent, itself canonical) is a directory of that module's package. A user in a
// URL may be a token, so it is always removed. A source must not pass for another one: dots that lead elsewhere are
// resolved, and a file URL with a host keeps its scheme.
func Canonical(source, parent string) string {
	source, _, _ = strings.Cut(source, "?")
	source = strings.ReplaceAll(source, `\`, "/")
	if local(source) {
		return below(parent, source)
	}
	if getter, rest, ok := strings.Cut(source, "::"); ok && !strings.ContainsAny(getter, "/.") {
		source = rest // asked for by name, such as git::
	}
	if scheme, rest, ok := strings.Cut(source, "://"); ok {
		if strings.EqualFold(scheme, "file") {
			return "file://" + withoutUser(rest)
		}
		source = withoutUser(rest)
	} else if first, _, _ := strings.Cut(source, "/"); strings.Contains(first, "@") {
		source = strings.Replace(withoutUser(source), ":", "/", 1) // git@host:path, as scp writes it
	}
	if plain, err := url.PathUnescape(source); err == nil {
		source = plain
	}
	pkg, dir, inside := strings.Cut(source, "//")
	pkg = strings.TrimSuffix(path.Clean(pkg), ".git")
	if host, rest, ok := strings.Cut(pkg, "/"); ok && strings.Contains(host, ".") {
		pkg = strings.ToLower(strings.TrimSuffix(host, ":22")) + "/" + rest
	}
	if dir = strings.TrimPrefix(path.Join("/", dir), "/"); inside && dir != "" {
		return pkg + "//" + dir
	}
	return pkg
}

// withoutUser removes the user before the host.
func withoutUser(source string) string {
	host, _, _ := strings.Cut(source, "/")
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		return source[at+1:]
	}
	return source
}

func local(source string) bool {
	return source == "." || source == ".." || strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../")
}

// below returns the local path relative to the package that contains the parent.
func below(parent, source string) string {
	if parent == "" || local(parent) {
		joined := path.Join(parent, source)
		if joined == "." || strings.HasPrefix(joined, "..") {
			return joined
		}
		return "./" + joined
	}
	pkg, dir, _ := strings.Cut(parent, "//")
	dir = path.Join(dir, source)
	if dir == "." {
		return pkg
	}
	return pkg + "//" + dir
}

// ModuleSource returns the source of the module with a type token, and reports whether the token is that of a module.
// The source is empty if unknown, as in a state.
func ModuleSource(token string) (source string, ok bool) {
	escaped, ok := strings.CutPrefix(token, modulePrefix)
	if !ok || escaped == noSource {
		return "", ok
	}
	return strings.NewReplacer("%24", "$", "%3A", ":", "%25", "%").Replace(escaped), true
}
