package rollout

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/place"
)

// baseline holds the existing findings.
type baseline struct {
	resources map[resource]bool
	rows      map[Row]int // the number of findings that the entry covers
	// old holds entries for files that an earlier version wrote. Their path is the detector and a counter.
	old    map[resource]bool
	commit string
}

type resource struct{ policy, urn, path string }

// Row identifies an entry for findings in a file: those of one policy about values with one name. Commit is the short
// id of the commit with them, if the file no longer has them; otherwise it is empty.
type Row struct{ Policy, File, Name, Commit string }

// Compare orders entries by file.
func (r Row) Compare(other Row) int {
	return cmp.Or(strings.Compare(r.File, other.File), strings.Compare(r.Policy, other.Policy),
		strings.Compare(r.Name, other.Name), strings.Compare(r.Commit, other.Commit))
}

// InFile is a finding in a file, as a baseline identifies it.
type InFile struct {
	Row
	Was []string // earlier names of the file
	// Nth is the number of the finding among those of the entry, from 1; Of is how many there are.
	Nth, Of int
	Old     string // the path under which an earlier version recorded it
	// Changed says why the value differs from the baseline's, and is empty if it does not.
	Changed string
}

func (p *Plan) parseBaseline(b map[string]any, k *parser) {
	expires, isText := b["expires"].(string)
	day, err := time.Parse(time.DateOnly, expires)
	switch {
	case !isText:
	case err != nil:
		k.fail(place.Path{"baseline", "expires"}, mistake.Day)
	case day.After(p.now.AddDate(0, 0, longest)):
		k.fail(place.Path{"baseline", "expires"}, "more than %d days away: choose an earlier date, and create a new "+
			"baseline then for what is left", longest)
	}
	p.untilDay, p.until = expires, day.AddDate(0, 0, 1)
	p.baseline = baseline{resources: map[resource]bool{}, rows: map[Row]int{}, old: map[resource]bool{}}
	p.baseline.commit, _ = b["commit"].(string)
	list, _ := b["findings"].([]any)
	for i, v := range list {
		if f, ok := v.(map[string]any); ok {
			p.parseFinding(f, place.Path{"baseline", "findings", i}, k)
		}
	}
}

func (p *Plan) parseFinding(f map[string]any, where place.Path, k *parser) {
	policy, isText := f["policy"].(string)
	if isText {
		k.policy(append(slices.Clip(where), "policy"), policy)
	}
	has := func(names ...string) (out []string) {
		for _, name := range names {
			if _, ok := f[name]; ok {
				out = append(out, name)
			}
		}
		return out
	}
	urn, _ := f["urn"].(string)
	path, _ := f["path"].(string)
	file, _ := f["file"].(string)
	name, _ := f["name"].(string)
	commit, _ := f["commit"].(string)
	count, hasCount := number(f["count"])
	ofFile := len(has("file")) > 0
	switch {
	case ofFile == (len(has("urn")) > 0):
		k.fail(where, "expected either urn, for a resource, or file")
	case ofFile && len(has("path")) > 0:
		k.fail(append(where, "path"), "is for resources; with file, use name")
	case !ofFile && len(has("name", "count", "commit")) > 0:
		for _, field := range has("name", "count", "commit") {
			k.fail(append(slices.Clip(where), field), "is for files; with urn, use path")
		}
	case ofFile:
		if !hasCount {
			count = 1
		}
		p.baseline.rows[Row{policy, file, name, commit}] += count
	case strings.HasPrefix(urn, place.FileURN):
		p.baseline.old[resource{policy, urn, path}] = true
	default:
		p.baseline.resources[resource{policy, urn, path}] = true
	}
}

// number converts a number of decoded JSON to an integer.
func number(v any) (n int, ok bool) {
	switch v := v.(type) {
	case float64:
		return int(v), true
	case interface{ Int64() (int64, error) }:
		i, err := v.Int64()
		return int(i), err == nil
	}
	return 0, false
}

// Until returns the last day of the baseline as written in the configuration.
func (p *Plan) Until() string { return p.untilDay }

// Known returns the state of the baseline for a finding in a resource, with a note for its message. A finding that is
// not in the baseline is expired, without a note.
func (p *Plan) Known(policy, urn string, path place.Path) (note string, state expiry.State) {
	if p == nil || !p.baseline.resources[resource{policy, urn, path.String()}] {
		return "", expiry.Expired
	}
	return p.held()
}

// KnownInFile is like Known, for a finding in a file, and also returns the entry. If the entry covers fewer findings
// than there are, it covers the first ones, since they are indistinguishable; the note of the others says so.
func (p *Plan) KnownInFile(f InFile) (row Row, note string, state expiry.State) {
	if p == nil {
		return Row{}, "", expiry.Expired
	}
	row, known := f.Row, p.baseline.rows[f.Row]
	if row.Commit != "" && known >= f.Nth { // the commit cannot change
		note, state = p.held()
		return row, note, state
	}
	row.Commit, known = "", 0
	for _, name := range append([]string{f.File}, f.Was...) {
		row.File = name
		known = p.baseline.rows[row]
		if known == 0 && p.baseline.old[resource{f.Policy, place.FileURN + name, f.Old}] {
			known = f.Nth
		}
		if known > 0 {
			break
		}
	}
	switch {
	case known == 0:
		return Row{}, "", expiry.Expired
	case f.Changed != "":
		return row, "The baseline has a finding with this name, but the value is new: " + f.Changed + ".",
			expiry.Expired
	case f.Nth > known:
		return row, fmt.Sprintf("There are %d findings with this name, but only %d in the baseline, and no way to "+
			"know which are new.", f.Of, known), expiry.Expired
	}
	note, state = p.held()
	return row, note, state
}

// held returns the state of the baseline, with a note for the message of a finding in it.
func (p *Plan) held() (note string, state expiry.State) {
	switch state = p.clock.State(p.until); state {
	case expiry.InForce:
		note = "In the baseline until " + p.untilDay + "."
		if when, ok := p.clock.Warning(p.until); ok {
			note += " It ends " + when + ": fix this finding, or create a new baseline."
		}
	case expiry.InGrace:
		note = fmt.Sprintf("The baseline with this finding expired on %s. Pull requests fail already, and this run "+
			"fails from %s: fix the finding, or create a new baseline.", p.untilDay, p.clock.Fails(p.until))
	case expiry.Expired:
		note = "The baseline with this finding expired on " + p.untilDay + "."
	}
	return note, state
}

// Files returns the files with entries in the baseline, sorted, and the commit at which it was written, if recorded.
func (p *Plan) Files() (files []string, commit string) {
	if p == nil {
		return nil, ""
	}
	for row := range p.baseline.rows {
		if row.Commit == "" {
			files = append(files, row.File)
		}
	}
	for row := range p.baseline.old {
		files = append(files, strings.TrimPrefix(row.urn, place.FileURN))
	}
	slices.Sort(files)
	return slices.Compact(files), p.baseline.commit
}

// OldRows counts the entries for files in the format of an earlier version.
func (p *Plan) OldRows() int {
	if p == nil {
		return 0
	}
	return len(p.baseline.old)
}

// Stale returns the entries that cover more findings than exist, sorted. The function returns the number of findings
// that an entry covered, and whether the file was checked.
func (p *Plan) Stale(held func(Row) (n int, looked bool)) (out []StaleRow) {
	if p == nil || p.clock.State(p.until) == expiry.Expired {
		return nil
	}
	for _, row := range slices.SortedFunc(maps.Keys(p.baseline.rows), Row.Compare) {
		if n, looked := held(row); looked && n < p.baseline.rows[row] {
			out = append(out, StaleRow{row, p.baseline.rows[row], n})
		}
	}
	return out
}

// StaleRow is an entry that covers more findings than exist.
type StaleRow struct {
	Row
	Known, Found int
}
