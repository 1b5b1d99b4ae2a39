package command

import (
	"slices"
	"strings"
)

// kubectl follows commands that create or delete Secrets: create secret, delete secret, and manifests whose content is
// in the text.
func (m *machine) kubectl(name string, args []string, in stream) string {
	tool := name + " "
	if rest, certain, ok := match([]string{"create", "secret"}, args); ok {
		switch {
		case help(args, rest):
			return Unknown
		case dry(args):
			return "kind: Secret\n" // it prints a manifest, which may go on to kubectl apply
		}
		m.found(name, tool+"create secret", CreateSecret, certain)
		return Unknown
	}
	if rest, certain, ok := match([]string{"delete"}, args); ok && !idle(args, rest) {
		for _, kinds := range named(rest) {
			if secretKind(kinds) {
				m.found(name, tool+"delete secret", DeleteSecret, certain)
			}
			if !strings.Contains(kinds, "/") {
				break
			}
		}
	}
	for _, verb := range [...]string{"patch", "edit"} {
		if rest, certain, ok := match([]string{verb}, args); ok && len(named(rest)) > 0 && secretKind(named(rest)[0]) &&
			!idle(args, rest) {
			m.found(name, tool+verb+" secret", WriteSecret, certain)
		}
	}
	for _, verb := range [...]string{"apply", "create", "replace", "delete"} {
		rest, certain, ok := match([]string{verb}, args)
		if !ok || help(args, rest) {
			continue
		}
		for i, a := range rest {
			var path string
			switch {
			case (a == "-f" || a == "--filename") && i+1 < len(rest):
				path = rest[i+1]
			case strings.HasPrefix(a, "--filename="):
				path = a[len("--filename="):]
			case strings.HasPrefix(a, "-f") && len(a) > 2:
				path = strings.TrimPrefix(a[2:], "=")
			default:
				continue
			}
			text := m.content(path, in)
			switch {
			case !manifest(text):
			case dry(args):
				return text
			case verb == "delete":
				m.found(name, tool+"delete", DeleteSecret, certain)
			default:
				m.found(name, tool+verb, CreateSecret, certain)
			}
		}
	}
	return Unknown
}

// named returns the arguments of kubectl that are not options.
func named(args []string) []string {
	var out []string
	for {
		args = options(args, "-n --namespace --context --cluster --user --kubeconfig -s --server --as -l --selector "+
			"--field-selector -f --filename -k --kustomize -o --output --grace-period --timeout --type -p --patch "+
			"--patch-file")
		if len(args) == 0 {
			return out
		}
		out, args = append(out, args[0]), args[1:]
	}
}

// secretKind reports whether secrets are among the kinds passed to kubectl: secret, secrets/x, configmap,secret.
func secretKind(kinds string) bool {
	if kind, _, ok := strings.Cut(kinds, "/"); ok {
		kinds = kind
	}
	for kind := range strings.SplitSeq(kinds, ",") {
		if kind == "secret" || kind == "secrets" || kind == "secrets.v1." || kind == "Secret" {
			return true
		}
	}
	return false
}

// manifest reports whether a text, YAML or JSON, contains a Kubernetes Secret, other than that of a service account
// token, which the cluster fills in.
func manifest(text string) bool {
	for doc := range strings.SplitSeq("\n"+text, "\n---") {
		lines := strings.FieldsFunc(doc, func(r rune) bool { return r == '\n' || r == ',' || r == '{' || r == '}' })
		if slices.ContainsFunc(lines, func(l string) bool { return member(l, "kind", "Secret") }) &&
			!slices.ContainsFunc(lines,
				func(l string) bool { return member(l, "type", "kubernetes.io/service-account-token") }) {
			return true
		}
	}
	return false
}

func member(line, key, value string) bool {
	k, v, ok := strings.Cut(line, ":")
	if !ok {
		return false
	}
	v, _, _ = strings.Cut(v, " #")
	return strings.Trim(k, " \t\"'-") == key && strings.Trim(v, " \t\r\"'") == value
}
