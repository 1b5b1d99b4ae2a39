package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/google/pprof/profile"
)

// own is the prefix of the project's functions.
const own = "github.com/progression-labs-development/policypack/"

// opa is the prefix of OPA's packages. Its recursion makes stacks that are too deep for a profile.
const opa = "github.com/open-policy-agent/opa/v1/"

// drivers are functions that only call the stages: what they call is a stage.
var drivers = regexp.MustCompile(
	`^(cmd|tests|internal/(cli|session|analyzer|plugin))\b|^internal/evaluator\.New$|` +
		`^internal/pack\.(Load|\(\*Pack\)\.(With|load|Compile|Whole))$`)

// nobody is where the runtime works for no function in particular.
const nobody = "Go runtime: scheduling, system calls"

// others are the stages outside of our functions, by what is anywhere on the stack.
var others = []struct {
	name string
	has  *regexp.Regexp
}{
	{"gRPC: requests are decoded", regexp.MustCompile(`^google.golang.org/grpc/encoding/proto\.\(\*codecV2\)\.Unmarshal`)},
	{"gRPC: answers are encoded", regexp.MustCompile(`^google.golang.org/grpc/encoding/proto\.\(\*codecV2\)\.Marshal`)},
	{"gRPC: the rest", regexp.MustCompile(`^(google.golang.org/grpc|golang.org/x/net)\b`)},
}

var (
	collects = regexp.MustCompile(`^runtime\.(gcBgMarkWorker|gcAssistAlloc|bgsweep|bgscavenge|gcStart|gcMarkDone|GC)\b`)
	closure  = regexp.MustCompile(`(\.func\d+|\.deferwrap\d+|\.\d+|\.gowrap\d+|-fm|-range\d+|\[\.\.\.\])+$`)
	// measures are the functions of the measurement itself.
	measures = regexp.MustCompile(`^(runtime/pprof|net/http)\.|^main\.(profileCPU|main\.func)`)
	// beneath are functions that work for whoever calls them.
	beneath = regexp.MustCompile(`^runtime\.|^(internal/(runtime|abi|bytealg|race|sync)|sync)\b|^[^.]*$`)
)

// frames are the functions of a sample, the outermost first.
func frames(s *profile.Sample) []string {
	var all []string
	for _, l := range s.Location {
		for _, line := range l.Line {
			if line.Function != nil {
				all = append(all, line.Function.Name)
			}
		}
	}
	slices.Reverse(all)
	return all
}

// stage is the part of the work that a sample belongs to: the outermost of our functions that is not a driver, with
// the collector's work in it left to the collector.
func stage(all []string) string {
	driver := ""
	for _, f := range all {
		switch {
		case measures.MatchString(f):
			return ""
		case collects.MatchString(f):
			return "garbage collection"
		case f == "runtime.doInit1":
			return "inits of packages"
		case strings.HasPrefix(f, opa+"topdown."):
			return "OPA: rules are evaluated"
		}
	}
	for i, f := range all {
		name, ok := strings.CutPrefix(f, own)
		if !ok {
			continue
		}
		if name = closure.ReplaceAllString(name, ""); !drivers.MatchString(name) {
			return name
		}
		driver = name
		// The compiler's stages are worth to be told apart.
		if name == "internal/pack.(*Pack).Compile" {
			for _, f := range all[i:] {
				if rest, ok := strings.CutPrefix(f, opa+"ast.(*Compiler)."); ok &&
					rest != "Compile" && rest != "compile" && !strings.HasPrefix(rest, "compile.") &&
					!strings.HasPrefix(rest, "runStage") {
					return name + ": " + closure.ReplaceAllString(rest, "")
				}
			}
		}
	}
	if driver != "" {
		return driver
	}
	for _, o := range others {
		if slices.ContainsFunc(all, o.has.MatchString) {
			return o.name
		}
	}
	if packageOf(all) == nobody {
		return nobody
	}
	return "a stack too deep to be whole"
}

// packageOf is the package that does the work: that of the innermost function, where the runtime works for its caller.
func packageOf(all []string) string {
	if slices.ContainsFunc(all, collects.MatchString) {
		return "garbage collection"
	}
	for _, f := range slices.Backward(all) {
		if beneath.MatchString(f) {
			continue
		}
		folder, name := "", before(f, "[")
		if i := strings.LastIndexByte(name, '/'); i >= 0 {
			folder, name = name[:i+1], name[i+1:]
		}
		return strings.TrimPrefix(folder+before(name, "."), own)
	}
	return nobody
}

func before(s, sep string) string {
	head, _, _ := strings.Cut(s, sep)
	return head
}

// column is a profile, of which one kind of value is looked at.
type column struct {
	title   string
	profile *profile.Profile
	value   string
}

// shares prints a table of the shares that the groups of samples have of each column, by the first.
func (o options) shares(out io.Writer, title string, group func([]string) string, columns ...column) error {
	sums := make([]map[string]int64, len(columns))
	totals := make([]int64, len(columns))
	rows := map[string]bool{}
	for i, c := range columns {
		sums[i] = map[string]int64{}
		at := slices.IndexFunc(c.profile.SampleType, func(v *profile.ValueType) bool { return v.Type == c.value })
		if at < 0 {
			return fmt.Errorf("the profile has no values of type %s", c.value)
		}
		for _, s := range c.profile.Sample {
			all := frames(s)
			if len(all) == 0 || stage(all) == "" {
				continue
			}
			name := group(all)
			sums[i][name] += s.Value[at]
			totals[i] += s.Value[at]
			rows[name] = true
		}
	}
	fmt.Fprintf(out, "\n%s\n", title)
	head := ""
	for _, c := range columns {
		head += fmt.Sprintf("%11s", c.title)
	}
	fmt.Fprintln(out, head)
	names := slices.SortedFunc(maps.Keys(rows), func(a, b string) int {
		for i := range columns {
			if c := cmp.Compare(sums[i][b], sums[i][a]); c != 0 {
				return c
			}
		}
		return strings.Compare(a, b)
	})
	for n, name := range names {
		if n == o.rows {
			rest := make([]int64, len(columns))
			for _, name := range names[n:] {
				for i := range columns {
					rest[i] += sums[i][name]
				}
			}
			row(out, rest, totals, fmt.Sprintf("%d more", len(names)-n))
			break
		}
		values := make([]int64, len(columns))
		for i := range columns {
			values[i] = sums[i][name]
		}
		row(out, values, totals, name)
	}
	return nil
}

func row(out io.Writer, values, totals []int64, name string) {
	text := ""
	for i, v := range values {
		text += fmt.Sprintf("%9.1f %%", 100*float64(v)/float64(max(1, totals[i])))
	}
	fmt.Fprintln(out, text+"  "+name)
}

// without returns what a profile has that an earlier one of the same process has not.
func without(p, earlier *profile.Profile) (*profile.Profile, error) {
	earlier.Scale(-1)
	return profile.Merge([]*profile.Profile{p, earlier})
}
