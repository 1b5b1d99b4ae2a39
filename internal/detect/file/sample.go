package file

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
)

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
