package repository

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
)

// kindOf tells by its name what a file is, and of a stack's configuration the stack. Scripts are told by their text too.
func kindOf(name, base string) (kind facts.FileKind, stack string) {
	stem, isYAML := strings.CutSuffix(base, ".yaml")
	if !isYAML {
		stem, isYAML = strings.CutSuffix(base, ".yml")
	}
	if isYAML {
		switch {
		case stem == "Pulumi":
			return facts.FilePulumiProject, ""
		case strings.HasPrefix(stem, "Pulumi.") && len(stem) > len("Pulumi."):
			return facts.FilePulumiStack, stem[len("Pulumi."):]
		case workflowFolder(parent(name)):
			return facts.FileWorkflow, ""
		case stem == "action":
			return facts.FileAction, ""
		case stem == ".gitlab-ci", strings.HasSuffix(stem, ".gitlab-ci"):
			return facts.FileGitLabCI, ""
		}
	}
	if base == "Pulumi.json" {
		return facts.FilePulumiProject, ""
	}
	small := strings.ToLower(base)
	ext := small[strings.LastIndexByte(small, '.')+1:]
	switch {
	case command.Dotenv(base), command.DotenvTemplate(base):
		return facts.FileDotenv, ""
	case small == "makefile", small == "gnumakefile", ext == "mk", ext == "make" && small != "make", strings.HasPrefix(small, "makefile."):
		return facts.FileMakefile, ""
	case small == "dockerfile", small == "containerfile", ext == "dockerfile", ext == "containerfile",
		strings.HasPrefix(small, "dockerfile.") && ext != "dockerignore" && ext != "md", strings.HasPrefix(small, "containerfile."):
		return facts.FileDockerfile, ""
	case base == "package.json":
		return facts.FilePackage, ""
	}
	return facts.FileOther, ""
}

// workflowFolder tells whether a folder is one whose YAML files a forge runs. One that is not at the root is not run, yet
// it is what a template, or an example, is made of.
func workflowFolder(dir string) bool {
	for _, forge := range [...]string{".github", ".gitea", ".forgejo"} {
		if dir == forge+"/workflows" || strings.HasSuffix(dir, "/"+forge+"/workflows") {
			return true
		}
	}
	return false
}

// runs tells whether the forge runs the workflow: it lies at the root.
func runs(name string) bool { return strings.Count(name, "/") == 2 }

// language tells in which language a file is a script, by its name and, where that says nothing, by its first line.
func language(base, text string) (lang command.Language, ok bool) {
	small := strings.ToLower(base)
	ext := small[strings.LastIndexByte(small, '.')+1:]
	switch ext {
	case "ps1", "psm1":
		return command.PowerShell, true
	case "bat", "cmd":
		return command.Batch, true
	}
	if first, ok := strings.CutPrefix(text, "#!"); ok {
		first, _, _ = strings.Cut(first, "\n")
		return interpreter(first)
	}
	switch ext {
	case "sh", "bash", "zsh", "ksh", "mksh", "bats", "envrc", "bashrc", "zshrc", "kshrc", "profile", "bash_profile", "bash_login",
		"zprofile", "zshenv", "bash_aliases", "command":
		return command.Shell, true
	}
	return 0, false
}

// interpreter tells the language of a first line, without #!.
func interpreter(line string) (lang command.Language, ok bool) {
	for i, w := range strings.Fields(line) {
		w = w[strings.LastIndexByte(w, '/')+1:]
		switch w {
		case "sh", "bash", "dash", "ash", "ksh", "ksh93", "mksh", "zsh", "bats":
			return command.Shell, true
		case "pwsh", "powershell":
			return command.PowerShell, true
		case "env", "busybox":
			continue
		}
		if i == 0 || !strings.HasPrefix(w, "-") && !strings.Contains(w, "=") {
			return 0, false
		}
	}
	return 0, false
}
