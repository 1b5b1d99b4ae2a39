package command

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/race"
)

// Texts that are not followed to their end, each for a reason of its own.
var endless = map[string]string{
	"an argument loop": "args=()\nwhile [ $# -gt 0 ]; do\n  case \"$1\" in -n) args+=(\"$1\" \"$2\"); shift ;; *) " +
		"args+=(\"$1\") ;; esac\n  shift\ndone\n" +
		"a() { echo \"$(b \"$@\" 1) $(b \"$@\" 2) $(b \"$@\" 3) $(b \"$@\" 4)\"; }\nb() { echo \"$(c \"$@\" 1) $(c " +
		"\"$@\" 2) $(c \"$@\" 3) $(c \"$@\" 4)\"; }\n" +
		"c() { echo \"$(d \"$@\" 1) $(d \"$@\" 2) $(d \"$@\" 3) $(d \"$@\" 4)\"; }\nd() { echo \"$(e \"$@\" 1) $(e " +
		"\"$@\" 2) $(e \"$@\" 3) $(e \"$@\" 4)\"; }\n" +
		"e() { echo \"$(g \"$@\" 1) $(g \"$@\" 2) $(g \"$@\" 3) $(g \"$@\" 4)\"; }\ng() { for x in \"$@\" " +
		"\"${args[@]}\"; do echo \"$(h $x) $(h $x) $(h $x) $(h $x)\"; done; }\n" +
		"h() { for x in 1 2 3 4; do echo \"$(aws sts get-caller-identity) $(i $x) $(i $x) $(i $x)\"; done; }\ni() { " +
		"echo \"$@\" \"$@\"; true; true; }\na \"${args[@]}\"\n",
	"functions in a row": "a() { b; b; b; b; b; b; b; b; }\nb() { c; c; c; c; c; c; c; c; }\nc() { d; d; d; d; d; d; " +
		"d; d; }\nd() { e; e; e; e; e; e; e; e; }\n" +
		"e() { g; g; g; g; g; g; g; g; }\ng() { aws sts get-caller-identity; }\na\n",
	"growing lists": "a=aaaaaaaaaaaaaaaa\n" + strings.Repeat("a=$(echo $a$a$a$a)\n", 3000) + "aws --version\n",
	"many values": "for i in {a,b}{a,b}{a,b}{a,b}{a,b}; do\n" + strings.Repeat("eval \"$i$i$i\" $i\n", 2000) +
		"done\n",
	"braces":        "aws " + strings.Repeat("{a,b}", 5000) + "\n",
	"brackets":      "aws $(( " + strings.Repeat("(", 5000) + "1" + strings.Repeat(")", 5000) + " ))\n",
	"many commands": strings.Repeat("true aws\n", 40_000),
	"long":          strings.Repeat("echo aws some words that are of no interest at all to anybody\n", 20_000),
	"deep":          deep(12),
}

// deep is an eval in an eval, n times.
func deep(n int) string {
	text := "true aws"
	for range n {
		text = "eval '" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	return text + "\n"
}

// What stands below a text that is too involved is seen, and that the rest may be more is said beside it.
func TestWhatStandsBelow(t *testing.T) {
	t.Parallel()
	below := []struct {
		name, give string
		certain    bool
	}{
		{"plain", "aws secretsmanager delete-secret --secret-id \"$ID\" --force-delete-without-recovery", true},
		{"in a condition", "if [ -n \"$X\" ]; then\n  aws secretsmanager delete-secret --secret-id x\nfi", true},
		{"in a function", "drop() {\n  aws secretsmanager delete-secret --secret-id \"$1\"\n}", true},
		{"in a substitution", "out=$(aws secretsmanager delete-secret --secret-id x)", true},
		{"behind a wrapper", "sudo -E env A=b aws secretsmanager delete-secret --secret-id x", true},
		{"in a text for a shell", "bash -c 'aws secretsmanager delete-secret --secret-id x'", true},
		{"through a pipe", "echo 'aws secretsmanager delete-secret --secret-id x' | bash", true},
		{"in a here-document for a shell", "bash <<'EOF'\naws secretsmanager delete-secret --secret-id x\nEOF", true},
		{"quoted", `"aws" 'secretsmanager' delete-"secret" --secret-id x`, true},
		{
			"through a function of the text", "run() { \"$@\"; }\nrun aws secretsmanager delete-secret --secret-id x",
			false,
		},
		{"by a tool that is not known", "$TOOL secretsmanager delete-secret --secret-id x", false},
	}
	for _, name := range race.Some(slices.Sorted(maps.Keys(endless))) {
		before := endless[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, lines := "#!/bin/bash\n"+before, map[string]int{}
			for _, tt := range below {
				lines[tt.name] = 1 + strings.Count(text, "\n")
				text += tt.give + "\n"
			}
			uses, err := Parse(text, Shell)
			if !GaveUp(err) {
				t.Fatalf("the text was followed to its end: %v", err)
			}
			for i, tt := range below {
				to := 1 << 30
				if i+1 < len(below) {
					to = lines[below[i+1].name]
				}
				found := slices.DeleteFunc(slices.Clone(uses),
					func(u Use) bool { return u.Line < lines[tt.name] || u.Line >= to })
				if len(found) != 1 || found[0].Action != DeleteSecret || found[0].Certain != tt.certain {
					t.Errorf("%s: got %v, want the command that deletes a secret, certain: %v", tt.name, found,
						tt.certain)
				}
			}
			if len(uses) != len(below) {
				t.Errorf("got %d commands, want %d", len(uses), len(below))
			}
		})
	}
}

// A sweep takes no text for a command that is none, and finds what is written out.
func TestSweep(t *testing.T) {
	t.Parallel()
	sweep := func(text string) []Use {
		m := newMachine()
		m.literal, m.shadowed = true, map[string]bool{}
		m.read(text, Shell, stream{})
		uses, _ := m.result()
		return uses
	}
	for _, tt := range silent {
		for _, u := range sweep(tt.give) {
			if u.Certain {
				t.Errorf("%s: got %v, want nothing certain", tt.name, u)
			}
		}
	}
	missed := 0
	for _, tt := range found {
		if len(sweep(tt.give)) == 0 {
			missed++
		}
	}
	if missed > len(found)/20 {
		t.Errorf("%d of %d commands are not found", missed, len(found))
	}
}

func TestBelowInOtherLanguages(t *testing.T) {
	t.Parallel()
	const drop = "aws secretsmanager delete-secret --secret-id x\n"
	runs := "#cloud-config\nruncmd:\n" + strings.Repeat(" - [true, aws]\n", 20_000) +
		" - [aws, secretsmanager, delete-secret, --secret-id, x]\n - " + drop
	for _, tt := range race.Some([]struct {
		name string
		do   func() ([]Use, error)
		want int
	}{
		{"PowerShell", func() ([]Use, error) {
			return Parse("$a = 'aws aws aws aws'\n"+strings.Repeat("$a = \"$a$a\"\n", 40)+
				strings.Repeat("Write-Output aws\n", 40_000)+drop, PowerShell)
		}, 1},
		{"Batch", func() ([]Use, error) { return Parse(strings.Repeat("echo aws\r\n", 40_000)+drop, Batch) }, 1},
		{"Batch, long", func() ([]Use, error) { return Parse(strings.Repeat("echo aws\r\n", 200_000)+drop, Batch) }, 1},
		{"cloud-init", func() ([]Use, error) { return Embedded(runs) }, 2},
		{"cloud-init, packed", func() ([]Use, error) { return Embedded(gz(runs)) }, 1},
		{"the second part of an archive", func() ([]Use, error) {
			return Embedded("Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/x-shellscript\n" +
				"\n#!/bin/bash\n" +
				endless["functions in a row"] + "\n--B\nContent-Type: text/x-shellscript\n\n#!/bin/bash\n" + drop +
				"\n--B--\n")
		}, 1},
		{"a list of arguments", func() ([]Use, error) {
			return Args([]string{"bash", "-c", endless["functions in a row"] + drop})
		}, 1},
		{"text that is no shell in between", func() ([]Use, error) {
			return Parse("(((\n"+strings.Repeat("true aws\n", 40_000)+drop, Shell)
		}, 1},
	}) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			uses, err := tt.do()
			if !GaveUp(err) {
				t.Fatalf("the text was followed to its end: %v", err)
			}
			if len(uses) != tt.want {
				t.Fatalf("got %s, want %d commands", lines(uses), tt.want)
			}
		})
	}
}

// A row of functions is no reason to give up.
func TestFunctionsInARow(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	const names = "abcdefghijklmnopqrst"
	for i := range len(names) - 1 {
		b.WriteString("f_" + names[i:i+1] + "() { f_" + names[i+1:i+2] + " \"$@\"; }\n")
	}
	b.WriteString("f_t() { aws secretsmanager \"$@\"; }\nf_a delete-secret --secret-id x\n")
	uses, err := Parse(b.String(), Shell)
	if err != nil || len(uses) != 1 || !uses[0].Certain {
		t.Errorf("got %s, %v, want the command that deletes a secret", lines(uses), err)
	}
}

// Hostile texts end, whatever stands in one command.
func TestSweepEnds(t *testing.T) {
	t.Parallel()
	hostile := map[string]string{
		"finds":     "find x " + strings.Repeat("-exec find x ", 20_000),
		"wrappers":  strings.Repeat("sudo ", 60_000) + "aws",
		"cats":      "cat <<EOF\n" + strings.Repeat("aws ", 10_000) + "\nEOF\ncat " + strings.Repeat("- ", 200_000),
		"shells":    strings.Repeat("bash -c 'find x -exec find x -exec find x -exec aws' ", 15_000),
		"values":    "aws " + strings.Repeat("${a:-x}${b:-y} ", 50_000),
		"one word":  "aws " + strings.Repeat("$a", 150_000),
		"no breaks": "aws " + strings.Repeat("(", 900_000),
		"pipes":     strings.Repeat("echo aws | ", 20_000) + "cat",
	}
	for _, name := range race.Some(slices.Sorted(maps.Keys(hostile))) {
		give := hostile[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := Parse(endless["functions in a row"]+give, Shell); !GaveUp(err) {
				t.Errorf("the text was followed to its end: %v", err)
			}
		})
	}
}
