package file

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
)

// dialect says how the values of a file are written.
type dialect uint16

const (
	quotedText   dialect = 1 << iota // "value", 'value', `value`
	bareText                         // NAME=value
	colonText                        // name: value
	spaceText                        // ENV NAME value
	commandText                      // commands of a shell, or statements of SQL
	markup                           // elements and attributes
	proseText                        // sentences
	hashComment                      // # begins a comment
	slashComment                     // // and /* begin one
	dashComment                      // --
	semiComment                      // ;
)

func (k dialect) has(s dialect) bool { return k&s != 0 }

const (
	codeSyntax   = quotedText | slashComment
	scriptSyntax = quotedText | hashComment
	shellSyntax  = quotedText | bareText | commandText | hashComment
	netrcSyntax  = spaceText
	configSyntax = quotedText | bareText | hashComment | semiComment
)

// dialectOf tells the dialect by the name of a file. What is not known reads like prose.
func dialectOf(name string) dialect {
	base := strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
	switch base {
	case "dockerfile", "containerfile":
		return shellSyntax | spaceText
	case "makefile", "gnumakefile", "justfile", ".env", ".envrc", ".profile":
		return shellSyntax
	case "gemfile", "rakefile", "vagrantfile", "brewfile", "podfile", "fastfile":
		return scriptSyntax
	case "jenkinsfile":
		return codeSyntax
	case ".npmrc", ".pypirc", ".gitconfig", ".my.cnf", ".yarnrc", ".s3cfg", ".boto", "credentials", "config":
		return configSyntax
	case ".netrc", "_netrc", ".authinfo":
		return netrcSyntax
	}
	switch {
	case strings.HasPrefix(base, ".env."), strings.HasPrefix(base, ".bash"), strings.HasPrefix(base, ".zsh"):
		return shellSyntax
	case strings.HasPrefix(base, "dockerfile."), strings.HasSuffix(base, ".dockerfile"):
		return shellSyntax | spaceText
	}
	ext := base[strings.LastIndexByte(base, '.')+1:]
	switch ext {
	case "go", "ts", "tsx", "js", "jsx", "mjs", "cjs", "mts", "cts", "vue", "svelte", "java", "kt", "kts", "scala",
		"groovy", "gradle", "cs", "fs", "c", "h", "cc", "cpp", "cxx", "hpp", "hh", "m",
		"mm", "swift", "rs", "dart", "proto", "sol", "zig", "v", "d", "cue", "jsonnet", "libsonnet", "pkl", "bicep",
		"bicepparam", "graphql", "css", "scss", "less",
		"json", "json5", "jsonc", "webmanifest", "map", "ipynb", "har", "tfstate":
		return codeSyntax
	case "php", "tf", "tfvars", "hcl", "nomad", "tofu":
		return codeSyntax | hashComment
	case "py", "pyi", "rb", "erb", "pl", "pm", "t", "r", "jl", "ex", "exs", "nix", "cr", "star", "bzl", "bazel",
		"cmake", "coffee", "toml", "rego", "tcl":
		return scriptSyntax
	case "yaml", "yml":
		return scriptSyntax | colonText | commandText
	case "env", "envrc", "sh", "bash", "zsh", "ksh", "fish", "bats", "ps1", "psm1", "psd1", "bat", "cmd", "mk",
		"make", "service":
		return shellSyntax
	case "properties", "ini", "cfg", "cnf", "conf", "config", "prefs", "inf", "reg", "desktop":
		return configSyntax
	case "sql":
		return quotedText | dashComment | commandText
	case "lua", "hs", "elm", "adb", "ads", "vhd", "vhdl":
		return quotedText | dashComment
	case "el", "clj", "cljs", "lisp", "scm", "asm", "s", "ll":
		return quotedText | semiComment
	case "xml", "xsd", "xsl", "xslt", "wsdl", "csproj", "vbproj", "fsproj", "props", "targets", "plist", "html",
		"htm", "xhtml", "svg", "cshtml", "jsp", "aspx", "storyboard", "resx", "pom":
		return quotedText | markup
	case "vb", "bas", "pas", "f90":
		return quotedText
	}
	return quotedText | bareText | colonText | proseText
}

// samplePath reports whether the path says that the file holds tests, fixtures, examples or documentation.
func samplePath(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		start := -1
		for i := 0; i <= len(part); i++ {
			if i < len(part) && ascii.IsLetter(part[i]) &&
				(start < 0 || !ascii.IsUpper(part[i]) || ascii.IsUpper(part[i-1])) {
				if start < 0 {
					start = i
				}
				continue
			}
			if start >= 0 && sampleWord(part[start:i]) {
				return true
			}
			start = -1
			if i < len(part) && ascii.IsLetter(part[i]) {
				start = i
			}
		}
		if ascii.PrefixFold(part, "e2e") || strings.Contains(part, "e2e") {
			return true
		}
	}
	return false
}

// sampleWord reports whether a word of a path says that what is below it is there to show or to try something.
func sampleWord(w string) bool {
	var b [16]byte
	if len(w) > len(b) || len(w) < 3 {
		return false
	}
	for i := range len(w) {
		b[i] = ascii.ToLower(w[i])
	}
	switch string(b[:len(w)]) {
	case "acceptance", "bench", "benchmark", "benchmarks", "cassette", "cassettes", "changelog", "conformance",
		"cypress", "demo", "demos", "doc", "docs",
		"documentation", "dummy", "example", "examples", "fake", "fakes", "fixture", "fixtures", "golden", "goldens",
		"httptest", "javadoc", "mock", "mocks",
		"playground", "quickstart", "quickstarts", "readme", "recordings", "sample", "samples", "snap", "snapshot",
		"snapshots", "spec", "specs", "stub",
		"stubs", "test", "testcase", "testcases", "testdata", "tester", "testing", "testlib", "tests", "testsuite",
		"testsuites", "testutil", "testutils",
		"tutorial", "tutorials", "unittest", "unittests":
		return true
	}
	return false
}
