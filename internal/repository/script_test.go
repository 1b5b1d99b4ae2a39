package repository_test

import (
	"strings"
	"testing"
)

const createSecret = "gcloud secrets create | create-secret"

func TestScripts(t *testing.T) {
	runKinds(t, []kindTest{
		{
			"a shell script by its extension", "x.sh", "set -e\n  gcloud secrets create a\n",
			[]string{"command 2:3 " + createSecret},
		},
		{
			"a script by its first line", "bin/deploy", "#!/usr/bin/env -S bash -e\ngcloud secrets create a\n",
			[]string{"command 2:1 " + createSecret},
		},
		{"a script of another language", "bin/deploy", "#!/usr/bin/env python3\ngcloud secrets create a\n", nil},
		{"prose", "notes.txt", "gcloud secrets create a\n", nil},
		{"a hook of husky", ".husky/pre-push", "gcloud secrets create a\n", []string{"command 1:1 " + createSecret}},
		{
			"PowerShell", "x.ps1", "if ($x) {\n  Set-AzKeyVaultSecret -Name a\n}\n",
			[]string{"command 2:3 Set-AzKeyVaultSecret | write-secret"},
		},
		{"batch", "x.cmd", "@echo off\r\ngcloud secrets create a\r\n", []string{"command 2:1 " + createSecret}},
		{
			"a cloud-init configuration", "init.yaml", "#cloud-config\nruncmd:\n  - gcloud secrets create a\n",
			[]string{"command 3:5 " + createSecret},
		},
		{
			"a text that is no shell is read by lines", "x.sh", "if\ngcloud secrets create a\n",
			[]string{"command 2:1 " + createSecret + "  uncertain"},
		},
		{
			"a command below a text that is too involved", "x.sh",
			"a() { b; b; b; b; b; b; b; b; }\nb() { c; c; c; c; c; c; c; c; }\nc() { d; d; d; d; d; d; d; d; }\nd() " +
				"{ e; e; e; e; e; e; e; e; }\n" +
				"e() { f; f; f; f; f; f; f; f; }\nf() { aws --version; }\na\ngcloud secrets create a\n",
			[]string{"command 1:1 a text that cannot be read | unreadable  uncertain", "command 8:1 " + createSecret},
		},
		{
			"a text that is too long", "x.sh", "gcloud secrets create a\n" +
				strings.Repeat("# a line that says nothing\n", 40_000),
			[]string{"command 1:1 a text that cannot be read | unreadable  uncertain", "command 1:1 " + createSecret},
		},
	})
}

func TestMakefiles(t *testing.T) {
	runKinds(t, []kindTest{
		{
			"a recipe line with its prefixes", "Makefile", "all: dep\n\t@-gcloud secrets create a\n",
			[]string{"command 2:4 " + createSecret},
		},
		{
			"variables with one value", "Makefile", "TOOL := gcloud\nWHAT = secrets create # one\nall:\n\t$(TOOL) " +
				"${WHAT} a\n",
			[]string{"command 4:2 " + createSecret},
		},
		{"a variable with two values is not known", "x.mk", "A := create\nifdef B\nA := list\nendif\nall:\n\tgcloud " +
			"secrets $(A) a\n", nil},
		{
			"the shell's variables", "Makefile", "all:\n\tX=create; gcloud secrets $$X a\n",
			[]string{"command 2:12 " + createSecret},
		},
		{"each line has a shell of its own", "Makefile", "all:\n\tX=create\n\tgcloud secrets $$X a\n", nil},
		{
			"one shell for a recipe", "Makefile", ".ONESHELL:\nall:\n\tX=create\n\tgcloud secrets $$X a\n",
			[]string{"command 4:2 " + createSecret},
		},
		{
			"a continued line", "Makefile", "all:\n\tgcloud \\\n\t  secrets create a\n",
			[]string{"command 2:2 " + createSecret},
		},
		{
			"a recipe after the target", "Makefile", "all: dep ; gcloud secrets create a\n",
			[]string{"command 1:12 " + createSecret},
		},
		{
			"define that a recipe uses", "Makefile", "define make\ngcloud secrets create $(1)\nendef\nall:\n\t$(call " +
				"make,x)\n",
			[]string{"command 2:1 " + createSecret},
		},
		{"define that prints", "Makefile", "define HELP\ngcloud secrets create a\nendef\nexport HELP\nall:\n\t@echo " +
			"\"$$HELP\"\n", nil},
		{
			"what make itself runs", "Makefile", "X := $(shell gcloud secrets create a)\nY != gcloud secrets delete a\n",
			[]string{"command 1:14 " + createSecret, "command 2:6 gcloud secrets delete | delete-secret"},
		},
		{
			"another prefix of recipes", "Makefile", ".RECIPEPREFIX = >\nall:\n>gcloud secrets create a\n",
			[]string{"command 3:2 " + createSecret},
		},
		{
			"a comment and an echo", "Makefile", "# gcloud secrets create a\nall:\n\t@echo gcloud secrets create a\n",
			nil,
		},
		{
			"a conditional inside a recipe", "Makefile", "all:\nifdef X\n\tgcloud secrets create a\nelse\n\tgcloud " +
				"secrets delete a\nendif\n",
			[]string{"command 3:2 " + createSecret, "command 5:2 gcloud secrets delete | delete-secret"},
		},
	})
}

func TestDockerfiles(t *testing.T) {
	runKinds(t, []kindTest{
		{
			"a text for the shell", "Dockerfile", "FROM x\nRUN apt-get update && gcloud secrets create a\n",
			[]string{"command 2:23 " + createSecret},
		},
		{
			"lines that go on, with comments between", "Dockerfile", "FROM x\nRUN a && \\\n    # a comment\n\n    " +
				"gcloud secrets \\\n    create a\n",
			[]string{"command 5:5 " + createSecret},
		},
		{
			"a list of arguments", "app.Dockerfile", "CMD [\"gcloud\", \"secrets\", \"create\", \"a\"]\n",
			[]string{"command 1:5 " + createSecret},
		},
		{
			"options before the command", "Dockerfile", "RUN --mount=type=cache,target=/x gcloud secrets create a\n",
			[]string{"command 1:34 " + createSecret},
		},
		{
			"a document as script", "Dockerfile", "RUN <<EOF\nset -e\ngcloud secrets create a\nEOF\nRUN true\n",
			[]string{"command 3:1 " + createSecret},
		},
		{"a document of another language", "Dockerfile", "RUN <<EOF\n#!/usr/bin/env python3\ngcloud secrets create " +
			"a\nEOF\n", nil},
		{
			"a document for a shell", "Dockerfile", "RUN bash <<EOF\ngcloud secrets create a\nEOF\n",
			[]string{"command 2:1 " + createSecret},
		},
		{"a document that is copied", "Dockerfile", "COPY <<EOF /x.sh\ngcloud secrets create a\nEOF\n", nil},
		{"constants of ARG and ENV", "Dockerfile", "FROM x\nARG WHAT=create\nENV TOOL gcloud\nRUN $TOOL secrets " +
			"${WHAT} a\n", []string{"command 4:5 " + createSecret}},
		{
			"constants of a stage before", "Dockerfile", "FROM x\nARG WHAT=create\nFROM y\nRUN gcloud secrets $WHAT a\n",
			nil,
		},
		{
			"PowerShell", "Dockerfile", "SHELL [\"pwsh\", \"-Command\"]\nRUN Set-AzKeyVaultSecret -Name a\n",
			[]string{"command 2:5 Set-AzKeyVaultSecret | write-secret"},
		},
		{
			"another sign for lines that go on", "Dockerfile", "# escape=`\nFROM x\nRUN gcloud `\n secrets create a\n",
			[]string{"command 3:5 " + createSecret},
		},
		{
			"health checks and ONBUILD", "Dockerfile", "HEALTHCHECK --interval=5m CMD gcloud secrets create a\n" +
				"ONBUILD RUN gcloud secrets create a\n",
			[]string{"command 1:31 " + createSecret, "command 2:13 " + createSecret},
		},
		{"a .env file that an image is given", "Dockerfile", "COPY --chown=x .env.production /app/\nCOPY " +
			"--from=build .env .\n", []string{"command 1:6 COPY .env | write-dotenv"}},
		{"other instructions", "Dockerfile", "LABEL x=\"gcloud secrets create a\"\n", nil},
	})
}

func TestPackageScripts(t *testing.T) {
	runKinds(t, []kindTest{
		{"scripts", "package.json", "{\n\t\"name\": \"x\",\n\t\"scripts\": {\n\t\t\"a\": \"tsc\",\n\t\t\"b\": \"tsc " +
			"&& gcloud secrets create a\"\n\t}\n}\n", []string{"command 5:16 " + createSecret}},
		{
			"a script with escapes stands at its beginning", "package.json",
			`{"scripts": {"b": "echo \"x\" && gcloud secrets create a"}}`,
			[]string{"command 1:19 " + createSecret},
		},
		{
			"scripts of something else", "package.json",
			`{"config": {"scripts": {"b": "gcloud secrets create a"}}, "scripts": []}`, nil,
		},
		{
			"a broken manifest", "package.json", "{\n  \"scripts\": {\"a\": ]\n}",
			[]string{"error 2:20 not valid JSON; expected a package.json: an object whose scripts are named"},
		},
	})
}

func TestTaskRunners(t *testing.T) {
	runKinds(t, []kindTest{
		{"a line of a recipe", "justfile", "x := 'gcloud secrets create a'\n# a comment: b\nall what: dep\n    " +
			"@gcloud secrets create {{what}}\n", []string{"command 4:6 " + createSecret}},
		{
			"a recipe for one interpreter", "justfile", "all:\n  #!/bin/bash\n  X=create\n  gcloud secrets $X a\n" +
				"other:\n  #!/usr/bin/env python3\n  gcloud secrets create a\n",
			[]string{"command 4:3 " + createSecret},
		},
		{
			"commands of tasks", "Taskfile.yml", "version: 3\ntasks:\n  a:\n    cmds:\n      - gcloud secrets create " +
				"a\n      - {cmd: gcloud secrets delete a}\n  b: gcloud secrets create b\n",
			[]string{
				"command 5:9 " + createSecret + " a", "command 6:15 gcloud secrets delete | delete-secret a",
				"command 7:6 " + createSecret + " b",
			},
		},
	})
}

func TestAllowComments(t *testing.T) {
	runKinds(t, []kindTest{
		{
			"at the end of the line", "x.sh", "a # policypack:allow secret-cli-command: it is a test\n",
			[]string{`allow 1:3 line=1 [secret-cli-command] "it is a test"`},
		},
		{
			"alone above the line", "x.go", "\t// policypack:allow a, b: why: so\n\tx()\n",
			[]string{`allow 1:2 line=2 [a b] "why: so"`},
		},
		{
			"several above each other", "x.yaml", "# policypack:allow a: one\n# policypack:allow b: two\nx: y\n",
			[]string{`allow 1:1 line=3 [a] "one"`, `allow 2:1 line=3 [b] "two"`},
		},
		{"other signs", "x.md", "text <!-- policypack:allow a: why -->\n", []string{`allow 1:6 line=1 [a] "why"`}},
		{
			"a comment that ends", "x.css", "a { } /* policypack:allow a: why */\n",
			[]string{`allow 1:7 line=1 [a] "why"`},
		},
		{"without a reason", "x.sql", "-- policypack:allow a\nx\n", []string{`allow 1:1 line=2 [a] ""`}},
		{"without anything", "x.ini", "x=y ; policypack:allow\n", []string{`allow 1:5 line=1 [] ""`}},
		{
			"of a language that is not known", "x.foo", "y % policypack:allow a: b\n",
			[]string{`allow 1:3 line=1 [a] "b"`},
		},
		{"a text that speaks of it", "x.md", "Write `# policypack:allow a: b`, or\n    # policypack:allow a: b\n", nil},
		{"a string that holds it", "x.go", "x := \"// policypack:allow a: b\"\n", nil},
		{"another word", "x.sh", "# policypack:allowed a: b\n", nil},
		{
			"a reason that holds a secret is none", "x.sh", "# policypack:allow a: @github@\n",
			[]string{"finding 1:23 file github-token", `allow 1:1 line=2 [a] ""`},
		},
	})
}
