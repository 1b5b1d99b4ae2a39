package command

import (
	"slices"
	"strings"
)

// Entrypoint returns the tool that an image starts with, or "" if it is not a known tool or starts a shell. Use it for
// a container with such an image and only arguments: it runs Args of the tool followed by the arguments.
func Entrypoint(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if i := strings.LastIndexByte(image, ':'); i > strings.LastIndexByte(image, '/') {
		image = image[:i]
	}
	switch image[strings.LastIndexByte(image, '/')+1:] {
	case "aws-cli": // https://docs.aws.amazon.com/cli/latest/userguide/getting-started-docker.html
		return "aws"
	case "kubectl": // https://hub.docker.com/r/bitnami/kubectl
		return "kubectl"
	case "vault": // https://hub.docker.com/r/hashicorp/vault
		return "vault"
	}
	return ""
}

// container follows docker run and docker exec, and reports whether this is one of them.
func (m *machine) container(args []string, in stream) bool {
	args = options(args, "-H -c -l --host --context --config --log-level")
	if len(args) > 0 && args[0] == "compose" {
		args = options(args[1:], "-f -p --file --project-name --profile --env-file --project-directory")
	}
	if len(args) > 0 && args[0] == "container" {
		args = args[1:]
	}
	if len(args) == 0 || args[0] != "run" && args[0] != "exec" {
		return false
	}
	entry, rest := "", args[1:]
	for len(rest) > 0 && strings.HasPrefix(rest[0], "-") {
		o, v, attached := strings.Cut(rest[0], "=")
		if o == "--entrypoint" {
			if !attached && len(rest) > 1 {
				v = rest[1]
			}
			entry = v
		}
		if attached || flag(o) || len(rest) == 1 {
			rest = rest[1:]
		} else {
			rest = rest[2:]
		}
	}
	if len(rest) == 0 {
		return true
	}
	if entry == "" {
		entry = Entrypoint(rest[0])
	}
	if entry != "" && (len(rest) < 2 || base(rest[1]) != entry) {
		m.exec(slices.Concat([]string{entry}, rest[1:]), in)
	} else {
		m.exec(rest[1:], in)
	}
	return true
}

// flag reports whether an option of docker run or exec has no value.
func flag(option string) bool {
	if !strings.HasPrefix(option, "--") {
		return strings.Trim(option, "-ditPTq") == ""
	}
	return listed("--rm --init --privileged --read-only --detach --interactive --tty --publish-all --no-healthcheck "+
		"--oom-kill-disable --sig-proxy --quiet --no-deps --service-ports --build", option)
}
