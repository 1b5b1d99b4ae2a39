package file

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/names"
	"github.com/progression-labs-development/policypack/internal/dialect"
)

// Sample reports whether the path means that the file contains tests, fixtures, examples or documentation. In the path
// of an environment's settings, test or demo is the name of the environment.
func Sample(name string) bool {
	environment := environmentPath(name)
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
			if start >= 0 && sampleWord(part[start:i]) &&
				(!environment || !names.In(" test tests testing demo demos acceptance ", part[start:i])) {
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

// environmentPath reports whether the file holds the settings of an environment: variables of Terraform, values of
// Helm but those of a repository's own tests, variables of Ansible, what overlays and stacks hold.
func environmentPath(name string) bool {
	folder, base := "/", name
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		folder, base = "/"+name[:i+1], name[i+1:]
	}
	if strings.HasSuffix(base, ".tfvars") || strings.HasSuffix(base, ".tfvars.json") {
		return true
	}
	if ascii.ContainsFold(base, "values") && (strings.HasSuffix(base, ".yaml") || strings.HasSuffix(base, ".yml")) {
		return folder != "/test/" && folder != "/tests/"
	}
	for part := range strings.SplitSeq(folder, "/") {
		if names.In(" environments environment envs env overlays overlay stacks stack group_vars host_vars "+
			"inventories inventory clusters tenants ", part) {
			// a program that has stacks or environments is not one of them
			return dialect.Of(base).Language != dialect.Program
		}
	}
	return false
}

// sampleWord reports whether a word of a path says that what is below it is there to show or to try something.
func sampleWord(w string) bool {
	return len(w) >= 3 && names.In(" acceptance bench benchmark benchmarks cassette cassettes changelog conformance "+
		"cypress demo demos doc docs documentation dummy example examples fake fakes fixture fixtures golden goldens "+
		"httptest javadoc mock mocks playground quickstart quickstarts readme recordings sample samples snap snapshot "+
		"snapshots spec specs stub stubs test testcase testcases testdata tester testing testlib tests testsuite "+
		"testsuites testutil testutils tutorial tutorials unittest unittests ", w)
}
