package command

import (
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/login"
)

// handedArgs records the keys among the arguments of a command. A command that only prints its arguments passes nothing
// on; its output may, if it is written to a file.
func (m *machine) handedArgs(name string, args []string, in stream) {
	if len(m.files) == 0 && m.stored == nil && !anyOutside(args) && !strings.ContainsAny(in.text, outside) {
		return
	}
	switch strings.ToLower(name) {
	case "echo", "printf", "cat", "tee", "test", "[", "grep", "jq", "awk", "write-host", "write-verbose", "write-debug",
		"eval":
		return
	case "setx":
		if len(args) > 1 {
			m.handed(args[0], args[1])
		}
	case "pulumi":
		m.pulumiConfig(args, in)
	case "terraform", "tofu", "terragrunt":
		m.backend(args)
	case "docker", "podman":
		m.registry(args, in)
	case "python", "python3", "node", "ruby", "perl", "deno", "php":
		for _, text := range append(slices.Clone(args), in.text) {
			for _, u := range Keys(text) {
				m.hand(u.Tool, u.Command)
			}
		}
	}
	for i, a := range args {
		option, value, ok := strings.Cut(a, "=")
		if !ok && i+1 < len(args) {
			value = args[i+1]
		}
		if cloud := login.Flag(name, option); cloud != "" &&
			(option != "--cred-file" && strings.ContainsAny(value, outside) || m.fromOutside(value)) {
			m.hand(cloud, strings.TrimLeft(strings.ToLower(option), "-"))
		}
		if cloud := login.File(a); cloud != "" && anyOutside(args) {
			m.hand(cloud, "credentials")
		}
	}
	m.handedWords(args)
}

// anyOutside reports whether an argument contains a value from outside.
func anyOutside(args []string) bool {
	return slices.ContainsFunc(args, func(a string) bool { return strings.ContainsAny(a, outside) })
}

// registry records a login to an Azure registry with a password stored in CI. A login to a Google registry is in the
// table of commands.
func (m *machine) registry(args []string, in stream) {
	if len(args) == 0 || args[0] != "login" ||
		!slices.ContainsFunc(args, func(a string) bool { return strings.HasSuffix(a, ".azurecr.io") }) {
		return
	}
	password, _ := setting(args, "-p", "--password")
	if slices.Contains(args, "--password-stdin") {
		password = in.text
	}
	user, _ := setting(args, "-u", "--username")
	if strings.Contains(password, secretMark) && user != "00000000-0000-0000-0000-000000000000" {
		m.hand(login.Azure, "password")
	}
}

// backend records the keys that terraform init receives for its backend.
// https://developer.hashicorp.com/terraform/language/backend
func (m *machine) backend(args []string) {
	for _, a := range args {
		for _, k := range [...]struct{ option, cloud string }{
			{"secret_key=", login.AWS},
			{"client_secret=", login.Azure},
			{"sas_token=", login.Azure},
			{"credentials=", login.Google},
		} {
			_, value, ok := strings.Cut(a, k.option)
			if ok && strings.Contains(a, "backend-config") && strings.ContainsAny(value, outside) {
				m.hand(k.cloud, strings.TrimSuffix(k.option, "="))
			}
		}
	}
}
