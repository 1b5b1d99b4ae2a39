package command

import (
	"slices"
	"strings"
)

// Dotenv reports whether a path is that of a .env file: .env, .env.production, or production.env if the name is that of
// an environment or refers to secrets, since x.env has other uses too. Templates that contain no values, according to
// their name (.env.example, .env.sample, …), are not, nor is .envrc.
func Dotenv(path string) bool {
	path = strings.ToLower(path[strings.LastIndexAny(path, `/\`)+1:])
	rest, ok := strings.CutPrefix(path, ".env")
	if !ok {
		stem, ok := strings.CutSuffix(path, ".env")
		return ok && environment(stem)
	}
	if rest == "" {
		return true
	}
	return rest[0] == '.' && len(rest) > 1 && !valueless(rest[1:])
}

func environment(name string) bool {
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '.' || r == '-' || r == '_' }) {
		switch part {
		case "prod", "production", "stage", "staging", "dev", "development", "local", "test", "testing", "qa", "uat",
			"secret", "secrets", "credentials":
			return !valueless(name)
		}
	}
	return false
}

// valueless reports whether a part of the name means that the file contains no values.
func valueless(name string) bool {
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '.' || r == '-' || r == '_' }) {
		switch part {
		case "example", "examples", "sample", "template", "tmpl", "tpl", "dist", "schema", "defaults", "vault",
			"encrypted", "enc", "process":
			return true
		}
	}
	return false
}

// dotenv reports commands that write a .env file themselves.
func (m *machine) dotenv(name string, args []string) {
	if help(args, nil) {
		return
	}
	command := name
	switch name {
	case "tee", "touch", "truncate", "new-item", "ni":
		if !slices.ContainsFunc(args, Dotenv) {
			return
		}
	case "cp", "mv", "install", "ln", "rsync", "scp", "copy", "move", "copy-item", "move-item":
		if !copied(args) {
			return
		}
	case "sed", "perl":
		if !slices.ContainsFunc(args, func(a string) bool {
			return strings.HasPrefix(a, "-i") || strings.HasPrefix(a, "--in-place") || a == "-pi"
		}) || !slices.ContainsFunc(args, Dotenv) {
			return
		}
	case "dd":
		if of, _ := setting(args, "of"); !Dotenv(of) {
			return
		}
	case "curl", "wget", "op", "doppler", "az", "infisical", "vercel", "aws", "gsutil", "gcloud", "kubectl", "docker",
		"out-file", "set-content", "add-content", "invoke-webrequest", "iwr":
		if !downloads(name, args) {
			return
		}
	default:
		return
	}
	m.found(command, command+" to .env", WriteDotenv, true)
}

// copied reports whether the last argument, or a file that is copied into that folder, is a .env file.
func copied(args []string) bool {
	var paths []string
	for _, a := range args {
		if a == "-t" || strings.HasPrefix(a, "--target-directory") {
			return slices.ContainsFunc(args, Dotenv)
		}
		if !strings.HasPrefix(a, "-") {
			paths = append(paths, a)
		}
	}
	if len(paths) < 2 {
		return false
	}
	last := paths[len(paths)-1]
	if Dotenv(last) {
		return true
	}
	folder := strings.HasSuffix(last, "/") || last == "." || last == ".."
	return folder && slices.ContainsFunc(paths[:len(paths)-1], Dotenv)
}

// downloads reports whether a download tool is told to write a .env file.
func downloads(name string, args []string) bool {
	switch name {
	case "vercel":
		_, _, ok := match([]string{"env", "pull"}, args)
		return ok
	case "doppler", "infisical":
		rest, _, ok := match([]string{"secrets", "download"}, args)
		if ok && slices.ContainsFunc(rest, Dotenv) {
			return true
		}
	case "aws", "gsutil", "gcloud":
		for _, words := range [...]string{"s3 cp", "s3 mv", "cp", "storage cp"} {
			if rest, _, ok := match(strings.Fields(words), args); ok && copied(rest) {
				return !strings.Contains(rest[len(rest)-1], "://") || strings.HasPrefix(rest[len(rest)-1], "s3://") ||
					strings.HasPrefix(rest[len(rest)-1], "gs://")
			}
		}
	case "kubectl", "docker":
		rest, _, ok := match([]string{"cp"}, args)
		return ok && copied(rest)
	case "out-file", "set-content", "add-content":
		if len(args) > 0 && Dotenv(args[0]) {
			return true
		}
	}
	var path string
	if name == "curl" || name == "wget" { // -sfo is -s -f -o
		args = slices.Clone(args)
		for i, a := range args {
			if len(a) > 2 && a[0] == '-' && a[1] != '-' && (strings.HasSuffix(a, "o") || strings.HasSuffix(a, "O")) {
				args[i] = "-" + a[len(a)-1:]
			}
		}
	}
	switch name {
	case "curl":
		path, _ = setting(args, "-o", "--output")
	case "wget":
		path, _ = setting(args, "-O", "--output-document")
	case "op", "infisical":
		path, _ = setting(args, "-o", "--out-file", "--output-file")
	case "az":
		if slices.ContainsFunc(args, func(a string) bool { return a == "download" }) {
			path, _ = setting(args, "-f", "--file")
		}
	default:
		path, _ = setting(args, "-filepath", "-path", "-outfile", "-literalpath")
	}
	return Dotenv(path)
}
