package terraform

import (
	"net/url"
	"path"
	"strings"
)

// modulePrefix begins the type token under which a module stands among the ancestors of its resources. The module's
// source follows, escaped, or noSource where it is not known, as in a state.
const (
	modulePrefix = "terraform:module:"
	noSource     = "-"
)

// moduleToken returns the type token of a module with that source. A URN's types cannot hold :: and $.
func moduleToken(source string) string {
	if source == "" {
		return modulePrefix + noSource
	}
	return modulePrefix + strings.NewReplacer("%", "%25", ":", "%3A", "$", "%24").Replace(source)
}

// Canonical brings the ways to write a module's source down to one, that settings name it by: a registry's address as
// it is written, else host/path//directory without scheme, user, port of ssh, .git and query, else a local path. The
// version is no part of it. A local path inside of a module (parent, canonical itself) is a directory of that module's
// package. A user in a URL may be a token, so it must not leave here. A source must not look like one that it is not:
// dots that lead elsewhere are followed, and a file that only its URL gives a host keeps the scheme.
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

// withoutUser drops what stands in front of the host.
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

// below returns the local path seen from the package that the parent lies in.
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

// ModuleSource returns the source of the module that a type token stands for, and reports whether it stands for one.
// The source is empty where it is not known, as in a state.
func ModuleSource(token string) (source string, ok bool) {
	escaped, ok := strings.CutPrefix(token, modulePrefix)
	if !ok || escaped == noSource {
		return "", ok
	}
	return strings.NewReplacer("%24", "$", "%3A", ":", "%25", "%").Replace(escaped), true
}
