package register

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/exemption"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// defaultSoon is the default of the setting exemptionWarningDays.
const defaultSoon = 14

// Builder collects entries, and the runs that used them.
type Builder struct {
	now      time.Time
	register Register
	entries  []*Entry

	baselines []baseline

	byID      map[string][]*Entry // exemptions, by id
	byRow     map[row][]*Entry    // rows of baselines
	byTarget  map[target][]*Entry // exceptions
	byComment map[comment][]*Entry
	reported  map[string]*Entry // what reports alone know
}

// baseline is the baseline of a source, with a register entry for each of its entries.
type baseline struct {
	source  string
	known   []verdict.Known
	entries []*Entry
}

type (
	row     struct{ policy, urn, path, file, name, commit string }
	target  struct{ policy, urn string }
	comment struct{ file, policy, reason string }
)

// New returns a builder for a register with the given time as its date.
func New(version string, now time.Time) *Builder {
	return &Builder{
		now: now,
		register: Register{
			Format: Format, Version: version, Day: now.UTC().Format(time.DateOnly),
			Sources: []Source{}, Errors: []Error{}, Notes: []string{}, Entries: []*Entry{},
		},
		byID: map[string][]*Entry{}, byRow: map[row][]*Entry{}, byTarget: map[target][]*Entry{},
		byComment: map[comment][]*Entry{}, reported: map[string]*Entry{},
	}
}

// Read records a source that was read.
func (b *Builder) Read(s Source) { b.register.Sources = append(b.register.Sources, s) }

// Fail records a source that could not be read, or only in part.
func (b *Builder) Fail(source string, err error) {
	b.register.Errors = append(b.register.Errors, Error{source, err.Error()})
}

// Note adds a one-line note about a source.
func (b *Builder) Note(format string, args ...any) {
	b.register.Notes = append(b.register.Notes, strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", " "))
}

func (b *Builder) add(e *Entry) *Entry {
	b.entries = append(b.entries, e)
	return e
}

// Configuration adds the exemptions of a file for --policy-pack-config, or of the data.json that a bundle is built
// from.
func (b *Builder) Configuration(name string, f *policyfile.File) {
	kind := Configuration
	if f.Bundled() {
		kind = Bundle
		b.Note("%s is what a bundle is built from: it counts once a bundle of it is signed.", name)
	}
	b.Read(Source{Name: name, Kind: kind})
	settings := f.Policies.Field(settingsPolicy)
	line := func(path ...any) int {
		if settings == nil {
			return 0
		}
		return settings.Value.RowAt(path)
	}
	b.settings(Source{Name: name, Kind: kind}, f.Parameters()[settingsPolicy], true, line)
	for _, e := range f.Exceptions {
		b.exception(name, f, e)
	}
}

// settingsPolicy is pack.SettingsPolicy.
const settingsPolicy = "settings"

// Bundle adds the exemptions in the parameters of a bundle. They apply if its signature is verified.
func (b *Builder) Bundle(name string, parameters map[string]map[string]any, verified bool) {
	b.Read(Source{Name: name, Kind: Bundle, Verified: &verified})
	b.settings(Source{Name: name, Kind: Bundle}, parameters[settingsPolicy], verified, func(...any) int { return 0 })
}

func (b *Builder) settings(of Source, settings map[string]any, counts bool, line func(path ...any) int) {
	soon := defaultSoon
	if n, ok := settings["exemptionWarningDays"].(float64); ok {
		soon = int(n)
	}
	exemptions, _ := settings["exemptions"].(map[string]any)
	for _, id := range slices.Sorted(maps.Keys(exemptions)) {
		fields, _ := exemptions[id].(map[string]any)
		e := exempted(id, fields)
		e.Source, e.Line, e.Counts, e.soon = of.Name, line("exemptions", id), counts, soon
		e.bundled = of.Kind == Bundle
		b.byID[id] = append(b.byID[id], b.add(e))
	}
	setting, _ := settings["baseline"].(map[string]any)
	expires, _ := setting["expires"].(string)
	rows, _ := setting["findings"].([]any)
	all := baseline{source: of.Name}
	for i, v := range rows {
		fields, _ := v.(map[string]any)
		e, k := known(fields)
		e.Source, e.Line, e.Counts, e.soon = of.Name, line("baseline", "findings", i), counts, soon
		e.Expires, e.end = expires, endOf(expires)
		all.known, all.entries = append(all.known, k), append(all.entries, b.add(e))
		key := row{k.Policy, k.URN, k.At(), k.File, k.Name, k.Commit}
		b.byRow[key] = append(b.byRow[key], e)
	}
	b.baselines = append(b.baselines, all)
}

// text returns a field that is a string.
func text(fields map[string]any, key string) string {
	s, _ := fields[key].(string)
	return strings.Join(strings.Fields(s), " ")
}

// exempted returns the entry of an exemption, as far as its fields can be parsed. Mistakes in them are reported
// elsewhere.
func exempted(id string, fields map[string]any) *Entry {
	e := &Entry{
		Kind: Exemption, ID: id, Owner: text(fields, "owner"), Reason: text(fields, "reason"),
		Ticket: text(fields, "ticket"), ApprovedBy: text(fields, "approvedBy"), Expires: text(fields, "expires"),
		About: About{
			Project: text(fields, "project"), Stack: text(fields, "stack"), Type: text(fields, "type"),
			Name: text(fields, "name"), URN: text(fields, "urn"), Path: text(fields, "path"),
		},
		Policies: []string{}, key: ExemptionKey(id),
	}
	e.BreakGlass, _ = fields["breakGlass"].(bool)
	list, _ := fields["policies"].([]any)
	for _, v := range list {
		if s, ok := v.(string); ok {
			e.Policies = append(e.Policies, s)
		}
	}
	e.end = endOf(e.Expires)
	e.scope, _ = exemption.ParseScope(fields)
	return e
}

// known returns the entry of a finding in a baseline.
func known(fields map[string]any) (*Entry, verdict.Known) {
	str := func(key string) string { s, _ := fields[key].(string); return s }
	path := str("path")
	k := verdict.Known{
		Policy: str("policy"), URN: str("urn"), Path: &path,
		File: str("file"), Name: str("name"), Commit: str("commit"),
	}
	e := &Entry{
		Kind: Baseline, Policies: []string{k.Policy}, key: RowKey(fields),
		About: About{URN: k.URN, Path: path, File: k.File, ValueName: k.Name, Commit: k.Commit},
	}
	if k.File != "" {
		n, _ := fields["count"].(float64)
		k.Count = max(1, int(n))
		e.About.Count = k.Count
	}
	return e, k
}

func (b *Builder) exception(name string, f *policyfile.File, of exception.Entry) {
	e := &Entry{
		Kind: Exception, ID: of.ID, Source: name, Reason: strings.Join(strings.Fields(of.Reason), " "), Counts: true,
		Policies: []string{}, exception: of, endless: true, key: ExceptionKey(of.ID),
	}
	if field := f.Root.Field("exceptions"); field != nil {
		e.Line = field.Value.RowAt(place.Path{of.ID})
	}
	for _, m := range of.Match {
		e.Policies = append(e.Policies, m.Policies...)
		e.About.Targets = append(e.About.Targets, m.Targets...)
		for _, policy := range m.Policies {
			for _, urn := range m.Targets {
				key := target{policy, urn}
				if !slices.Contains(b.byTarget[key], e) {
					b.byTarget[key] = append(b.byTarget[key], e)
				}
			}
		}
	}
	slices.Sort(e.About.Targets)
	e.About.Targets = slices.Compact(e.About.Targets)
	b.add(e)
}

// CommentIn is a suppression comment in a file of a repository.
type CommentIn struct {
	Repository, File string
	Line             int
	Policies         []string
	Reason           string
}

// Comment adds a suppression comment.
func (b *Builder) Comment(c CommentIn) *Entry {
	e := b.add(&Entry{
		Kind: Comment, Source: c.Repository, Line: c.Line, Policies: slices.Clone(c.Policies), Reason: c.Reason,
		About: About{File: c.File}, Counts: true, endless: true, key: CommentKey(c.Policies, c.Reason),
	})
	if e.Policies == nil {
		e.Policies = []string{}
	}
	for _, policy := range c.Policies {
		key := comment{c.File, policy, c.Reason}
		b.byComment[key] = append(b.byComment[key], e)
	}
	return e
}

// endOf returns the first moment at which an expiry, a day or a time, has passed; zero for any other string.
func endOf(text string) time.Time {
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t.AddDate(0, 0, 1)
	}
	t, _ := time.Parse(time.RFC3339, text) // zero where it is none
	return t
}

// The keys that identify entries in the history of a file.

// ExemptionKey returns the key of an exemption.
func ExemptionKey(id string) string { return "exemption\x00" + id }

// ExceptionKey returns the key of an exception.
func ExceptionKey(id string) string { return "exception\x00" + id }

// RowKey returns the key of a baseline entry.
func RowKey(fields map[string]any) string {
	parts := []string{"baseline"}
	for _, key := range []string{"policy", "urn", "path", "file", "name", "commit"} {
		s, _ := fields[key].(string)
		parts = append(parts, s)
	}
	return strings.Join(parts, "\x00")
}

// CommentKey returns the key of a comment.
func CommentKey(policies []string, reason string) string {
	return "comment\x00" + strings.Join(policies, ",") + "\x00" + reason
}

// KeysOf lists the keys of the exemptions in a file for --policy-pack-config.
func KeysOf(data []byte) []string {
	f := policyfile.ParseAny(data, nil)
	settings := f.Parameters()[settingsPolicy]
	var keys []string
	exemptions, _ := settings["exemptions"].(map[string]any)
	for id := range exemptions {
		keys = append(keys, ExemptionKey(id))
	}
	baseline, _ := settings["baseline"].(map[string]any)
	rows, _ := baseline["findings"].([]any)
	for _, v := range rows {
		fields, _ := v.(map[string]any)
		keys = append(keys, RowKey(fields))
	}
	for _, e := range f.Exceptions {
		keys = append(keys, ExceptionKey(e.ID))
	}
	slices.Sort(keys)
	return keys
}

// Dates sets when the entries of a source were added to a file, by key. The file is empty for a configuration. Seen
// maps a key to the commit that added it.
func (b *Builder) Dates(source, file string, seen map[string]Seen) {
	for _, e := range b.entries {
		if e.Source != source || e.Kind == Comment && e.About.File != file || e.Kind != Comment && file != "" {
			continue
		}
		if s, ok := seen[e.key]; ok {
			e.FirstSeen, e.FirstSeenBy = s.Day.UTC().Format(time.DateOnly), "commit "+short(s.Commit)
		}
	}
}

// Since sets the date of the commit that a source's baseline was written at, for entries without a known earlier date.
func (b *Builder) Since(source, commit string, at time.Time) {
	for _, e := range b.entries {
		if e.Source == source && e.Kind == Baseline && e.About.File != "" && e.FirstSeen == "" {
			e.FirstSeen, e.FirstSeenBy = at.UTC().Format(time.DateOnly), "baseline commit "+short(commit)
		}
	}
}

// Seen is the first commit that contains a key.
type Seen struct {
	Commit string
	Day    time.Time

	cut bool // the clone is shallow, and ends there
}

func short(commit string) string { return cmp.Or(commit[:min(len(commit), 10)], "-") }
