package repository

import (
	"cmp"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// judging is the work on one file.
type judging struct {
	detector *detect.Detector
	data     []byte
	file     facts.File
	errors   []FileError
	parsed   int // bytes read as commands
	// told are the parts of the text whose secrets have been told by their meaning, or are none: what the text says of
	// them does not count.
	told  []part
	spans []part // of the secrets in the text
}

// part is a stretch of the text.
type part struct {
	from, to int
	clouds   bool // only the keys of clouds in it have been told
	named    bool // only what is judged by the name beside it is none
}

// meaning reads the file as what its name says that it is.
func (j *judging) meaning() {
	name := j.file.Name
	base := name[strings.LastIndexByte(name, '/')+1:]
	switch kind, stack := kindOf(name, base); kind {
	case facts.FilePulumiProject:
		j.file.Kind = kind
		j.pulumiProject()
	case facts.FilePulumiStack:
		j.file.Kind, j.file.Stack = kind, stack
		j.pulumiStack()
	case facts.FileWorkflow:
		j.workflow()
	case facts.FileAction:
		j.action()
	case facts.FileGitLabCI:
		j.gitlab()
	case facts.FileDotenv:
		j.file.Kind, j.file.Template = kind, command.DotenvTemplate(base)
	case facts.FileMakefile:
		j.file.Kind = kind
		j.makefile()
	case facts.FileDockerfile:
		j.file.Kind = kind
		j.dockerfile()
	case facts.FilePackage:
		j.file.Kind = kind
		j.packageJSON()
	default:
		switch strings.ToLower(base) {
		case "justfile", ".justfile":
			j.justfile()
		case "taskfile.yml", "taskfile.yaml", "taskfile.dist.yml", "taskfile.dist.yaml":
			j.taskfile()
		default:
			j.script(base)
		}
	}
}

// secrets looks for secrets in the text.
func (j *judging) secrets() {
	base := j.file.Name[strings.LastIndexByte(j.file.Name, '/')+1:]
	hashes := locked(base)
	for _, m := range j.detector.File(j.file.Name, j.data) {
		j.file.More = j.file.More || m.More
		if hashes && m.Reason == detect.ReasonKeyName || j.known(&m.Match) {
			continue
		}
		j.spans = append(j.spans, part{from: m.Start, to: m.End})
		j.file.Findings = append(j.file.Findings, facts.FileFinding(j.detector, m))
	}
}

// known tells whether the secret stands where the meaning of the file has told of it.
func (j *judging) known(m *detect.Match) bool {
	return slices.ContainsFunc(j.told, func(p part) bool {
		return m.Start < p.to && p.from < m.End && (!p.clouds || m.CloudKey != "") && (!p.named || m.Reason == detect.ReasonKeyName)
	})
}

// fail says that the file cannot be understood.
func (j *judging) fail(at place.Position, message string) {
	j.errors = append(j.errors, FileError{Name: j.file.Name, Line: at.Line, Column: at.Column, Message: message})
}

// order puts the facts in the order of the file.
func order(f *facts.File) {
	slices.SortStableFunc(f.Findings, func(a, b facts.Finding) int { return before(a.At, b.At) })
	slices.SortStableFunc(f.Commands, func(a, b facts.FileCommand) int { return before(a.At, b.At) })
	f.Commands = slices.CompactFunc(f.Commands, func(a, b facts.FileCommand) bool {
		a.Job = b.Job // an anchor's commands are used by many
		return a == b
	})
	slices.SortStableFunc(f.Config, func(a, b facts.FileConfig) int { return before(a.At, b.At) })
	slices.SortStableFunc(f.CI, func(a, b facts.FileKey) int { return before(a.At, b.At) })
	f.CI = slices.CompactFunc(f.CI, func(a, b facts.FileKey) bool { return a.At == b.At && a.Name == b.Name })
	slices.SortStableFunc(f.Logins, func(a, b facts.FileLogin) int { return before(a.At, b.At) })
	slices.SortStableFunc(f.Overrides, func(a, b facts.FileOverride) int { return before(a.At, b.At) })
	slices.SortStableFunc(f.Calls, func(a, b facts.FileCall) int { return before(a.At, b.At) })
}

func before(a, b place.Position) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// says tells whether there is anything for a rule, or a comment that asks for leave.
func says(f *facts.File) bool {
	return len(f.Allows) > 0 || slices.ContainsFunc(facts.FileFacts(), f.Has)
}

// maxName bounds the names that are told.
const maxName = 256

// shown returns a name of the file as it may be told: not where it holds a secret itself, as a whole or behind a sign that
// joins words.
func (j *judging) shown(name string) string {
	if len(name) > maxName {
		return "[long]"
	}
	for i := range name {
		if i > 0 && strings.IndexByte("_-:/.@=", name[i-1]) < 0 {
			continue
		}
		if len(j.detector.Find(name[i:], detect.Evidence{})) > 0 {
			return "[secret]"
		}
	}
	return name
}
