package facts

import (
	"strings"
	"testing"
)

// A value that was found on a thousand lines is searched for once, not a thousand times: the places that are hidden
// are as many as those at which it stands.
func TestCopiesOfAValueFoundOften(t *testing.T) {
	t.Parallel()
	const line, found, times = "password: correct-horse\n", len("password: "), 1000
	text := strings.Repeat(line, times) + "it was correct-horse once\n"
	var spans []span
	for i := range times {
		at := i*len(line) + found
		end := (i+1)*len(line) - 1
		spans = append(spans, span{at, end, end})
	}
	all := copies(text, spans)
	if most := len(spans) + times + 1; len(all) > most {
		t.Errorf("got %d places, want at most %d", len(all), most)
	}
	want := strings.Repeat("password: "+SecretMarker+"\n", times) + "it was " + SecretMarker + " once\n"
	if got := redacted(text, all); got != want {
		t.Errorf("got %.200s…", got)
	}
}
