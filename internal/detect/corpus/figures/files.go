package main

import (
	"fmt"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/corpus"
)

// natural is a set of files that nobody wrote for this project, and what reading every match in them said.
type natural struct {
	Set     string `json:"set"`
	Files   int    `json:"files"`
	Bytes   int64  `json:"bytes"`
	Formats int    `json:"formats"` // matches by format
	Names   int    `json:"names"`   // matches by name
	Wrong   int    `json:"wrong"`   // of both, those that are no secret and do not look like one made by a machine
	Note    string `json:"note"`
}

func renderFiles(figures []corpus.FileFigure) string {
	var b strings.Builder
	var all corpus.FileFigure
	b.WriteString("| type of file | with a secret | found | without | false alarms |\n| --- | ---: | ---: | ---: | " +
		"---: |\n")
	for _, f := range figures {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d |\n", f.Type, f.Secrets, f.Found, f.Harmless, f.Alarms)
		all.Secrets += f.Secrets
		all.Found += f.Found
		all.Harmless += f.Harmless
		all.Alarms += f.Alarms
	}
	fmt.Fprintf(&b, "| **all** | %d | %d | %d | %d |\n", all.Secrets, all.Found, all.Harmless, all.Alarms)
	return b.String()
}

func renderNatural(sets []natural) string {
	var b strings.Builder
	b.WriteString("\nOn files that nobody wrote for this project, every match read by hand " +
		"(`internal/detect/testdata/natural_files.json`):\n\n" +
		"| files | number | MB | by format | by name | wrong | what they are |\n| --- | ---: | ---: | ---: | ---: | " +
		"---: | --- |\n")
	for _, s := range sets {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d | %s |\n", s.Set, s.Files, s.Bytes/1_000_000, s.Formats, s.Names,
			s.Wrong, s.Note)
	}
	return b.String()
}

const inFiles = `
## In files of a repository

` + "`policypack check`" + ` looks through whole files: source code, configuration, scripts, documents. Formats count in every file. A name counts where the syntax of
the file makes the value a literal: a string in quotes that is assigned to the name, passed under it or set by it; a value of dotenv, properties, ini, YAML,
JSON, TOML, HCL or XML; a part of a connection string or of the query of a URL; an argument of a command in a script. A file reads by its name: its extension
says what is a string, a comment or a bare value there, and what is not known reads as prose.

A file holds much that reads like NAME = VALUE and is none, so a value has to look like a secret too, and the more so the less the place says that it is in use:

| place | password, passphrase, ... | secret, credentials, ... | token, key, ... |
| --- | --- | --- | --- |
| configuration, code, scripts | six characters with a digit or a symbol: not ` + "`postgres`, `sha256` or `password2`" + ` | eight, likewise | made by a machine |
| what stands in for a missing setting | made by a machine | made by a machine | made by a machine |
| prose, comments, documentation, and paths with a word such as test, spec, fixture, mock, example, sample, demo, docs | made by a machine, 16 characters or more, not hexadecimal | only client, app, API and webhook secrets, likewise | only API and access keys, access, API, auth, bot, deploy and refresh tokens, likewise |

Made by a machine are values whose kinds of characters change as often as chance makes them, with few letters in the order of words, and that do not count up
or repeat. A weak password in a test or in a manual is an illustration; a random one is likely to open something. Other secrets and keys by name there, and
hexadecimal digits, are mostly the vectors of tests. Variables of Terraform, values of Helm, group_vars, host_vars, and what lies below folders such as
environments, overlays and stacks are in use, though a folder there is called test, demo or acceptance.

A literal inside a template is a literal: the default in ${NAME:-…}, ${name:…}, default "…", x ?? "…" and x ? y : "…", and what stands beside
${…}. A text inside a literal of source code (a raw string, three quotes, a here document, escaped line breaks) is looked into like a file of its own.

Never findings in files, beside what holds for strings: credentials that vendors publish (AWS's, Stripe's and GitHub's examples, Azurite, the emulator of Cosmos
DB, RFC 6749 and RFC 7617), tokens of jwt.io, web tokens and shared access signatures that had expired before 2025, tokens that count up (` + "`123456`, `abcdef`" + `), words
such as test, example, dummy and changeme in the value, templates, format strings, regular expressions, selectors, type names, file names, UUIDs (but as
passwords and client secrets), keys cut short with dots, weak passwords of URLs at example.com and the like, and weak passwords of URLs at localhost.

A test key in testdata is a private key all the same: it is found, and an exemption or an inline comment says why it may stay. Files with zero bytes are no text;
UTF-16 with a byte order mark is read. In one file no more than 256 findings are reported.

Made by the same generator, a file for each way of writing a secret down, and others that only look like it; a secret counts as found where the span is exactly
that of the value. Who wrote the detectors wrote these files: they keep the detectors from getting worse, and the second table is the evidence.

`
