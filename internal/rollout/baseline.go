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

// baseline are the findings that were there before.
type baseline struct {
	resources map[resource]bool
	rows      map[Row]int // how many findings the row stands for
	// old are the rows of files that an earlier version wrote: the path is the detector and which of several it is.
	old    map[resource]bool
	commit string
}

type resource struct{ policy, urn, path string }

// Row names findings in a file: those of one policy about values of one name. Commit is the short id of the commit that
// has them where the file as it is does not; it is empty for what the file has.
type Row struct{ Policy, File, Name, Commit string }

// Compare orders rows by their files.
func (r Row) Compare(other Row) int {
	return cmp.Or(strings.Compare(r.File, other.File), strings.Compare(r.Policy, other.Policy),
		strings.Compare(r.Name, other.Name), strings.Compare(r.Commit, other.Commit))
}

// InFile is a finding in a file, as a baseline sees it.
type InFile struct {
	Row
	Was []string // the names that the file had before
	// Nth is which of the findings of the row it is, from 1 on, Of is how many there are.
	Nth, Of int
	Old     string // the path by which an earlier version wrote it down
	// Changed says why it is about another value than the one that the baseline knows, empty where it is not.
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
		k.fail(place.Path{"baseline", "expires"}, "more than %d days away: fix what is in it, and make a new one of "+
			"what is left", longest)
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
		k.fail(where, "expected either urn, of a resource, or file")
	case ofFile && len(has("path")) > 0:
		k.fail(append(where, "path"), "it is of a resource; expected name with file")
	case !ofFile && len(has("name", "count", "commit")) > 0:
		for _, field := range has("name", "count", "commit") {
			k.fail(append(slices.Clip(where), field), "it is of a file; expected path with urn")
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

// number returns a number of decoded JSON as a whole one.
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

// Until is the last day of the baseline, as the configuration writes it.
func (p *Plan) Until() string { return p.untilDay }

// Known says how far the baseline is that holds a finding in a resource, with a note for the person who reads the
// finding. One that no baseline holds counts as expired, without a note.
func (p *Plan) Known(policy, urn string, path place.Path) (note string, state expiry.State) {
	if p == nil || !p.baseline.resources[resource{policy, urn, path.String()}] {
		return "", expiry.Expired
	}
	return p.held()
}

// KnownInFile is Known for a finding in a file, with the row that holds it. Of several findings of a row, the first as
// many as it stands for are held, since nothing tells them apart; the note of the others says so.
func (p *Plan) KnownInFile(f InFile) (row Row, note string, state expiry.State) {
	if p == nil {
		return Row{}, "", expiry.Expired
	}
	row, known := f.Row, p.baseline.rows[f.Row]
	if row.Commit != "" && known >= f.Nth { // it is about this commit, which nobody can change
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
		return row, "The baseline has a finding of this name, but this is a new value: " + f.Changed + ".",
			expiry.Expired
	case f.Nth > known:
		return row, fmt.Sprintf("%d findings of this name, the baseline has %d, and nothing tells which of them is "+
			"new.", f.Of, known), expiry.Expired
	}
	note, state = p.held()
	return row, note, state
}

// held says how far the baseline is, to the reader of a finding that it holds.
func (p *Plan) held() (note string, state expiry.State) {
	switch state = p.clock.State(p.until); state {
	case expiry.InForce:
		note = "In the baseline until " + p.untilDay + "."
		if when, ok := p.clock.Warning(p.until); ok {
			note += " It ends " + when + ": fix this, or make a new baseline of what is left."
		}
	case expiry.InGrace:
		note = fmt.Sprintf("The baseline that held this finding expired on %s. Pull requests fail already, and this "+
			"run fails from %s on: fix it, or make a new baseline of what is left.", p.untilDay, p.clock.Fails(p.until))
	case expiry.Expired:
		note = "The baseline that held this finding expired on " + p.untilDay + "."
	}
	return note, state
}

// Files returns the files of which the baseline has rows, sorted, and the commit that it was written at, empty where it
// does not say.
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

// OldRows counts the rows of files in the form of an earlier version.
func (p *Plan) OldRows() int {
	if p == nil {
		return 0
	}
	return len(p.baseline.old)
}

// Stale returns the rows of files that stand for more findings than there are, sorted, each with how many it stands for
// and how many were found. The function says how many findings a row has held, and whether they were looked for.
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

// StaleRow is a row that stands for more findings than there are.
type StaleRow struct {
	Row
	Known, Found int
}
