// Package corpus generates labelled strings for measuring package detect: secrets of public formats, secrets that are
// only recognisable by their key names, secrets inside documents, and strings that merely look like any of these.
//
// It contains no real credentials: every value consists of random characters in a documented shape, and the same seed
// produces the same strings. Prefixes and bodies are joined at run time. Never commit its output: it would trigger the
// scanners of every code host, and ours.
package corpus

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
)

// Group is why the strings of a class are secrets.
type Group string

// The groups of classes.
const (
	Formats   Group = "formats"
	KeyNames  Group = "key names"
	Documents Group = "documents"
	Harmless  Group = "harmless" // not secrets
)

// Seed and Rows are the parameters of the recorded figures.
const (
	Seed = 20260801
	Rows = 40
)

// Row is one labelled string.
type Row struct {
	Group Group
	Class string
	Key   string // the property path, or the name of a variable
	Value string
}

// Generate returns the strings for the seed: n for each class of secrets, or a small multiple, and 3n for each harmless
// class.
func Generate(seed uint64, n int) []Row {
	g := &generator{random: rand.New(rand.NewPCG(seed, 0x5ec2e7)), n: n} //nolint:gosec // not for secrets
	g.formats()
	g.keyNames()
	g.documents()
	g.harmless()
	g.harmlessDocuments()
	g.harmlessSettings()
	return g.rows
}

type generator struct {
	random *rand.Rand
	n      int
	group  Group
	rows   []Row
}

func (g *generator) add(n int, class string, keys []string, value func() string) {
	for i := range n {
		g.rows = append(g.rows, Row{g.group, class, keys[i%len(keys)], value()})
	}
}

func (g *generator) positive(class string, keys []string, value func() string) {
	g.add(g.n, class, keys, value)
}

func (g *generator) negative(class string, keys []string, value func() string) {
	g.add(3*g.n, class, keys, value)
}

func (g *generator) keyed(times int, class string, keys []string, value func() string) {
	g.add(times*g.n, class, keys, value)
}

const (
	lower      = "abcdefghijklmnopqrstuvwxyz"
	upper      = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits     = "0123456789"
	hexd       = "0123456789abcdef"
	alnum      = upper + lower + digits
	lalnum     = lower + digits
	ualnum     = upper + digits
	b32        = upper + "234567"
	b64        = alnum + "+/"
	b64u       = alnum + "-_"
	b62        = digits + upper + lower
	bech       = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"
	pwSym      = "!#%&()*+-.:;<=>?@[]^_{|}~"
	vocabulary = "orders billing payments catalog search gateway ingest worker scheduler audit report invoice " +
		"customer session profile mailer media events metrics ledger quote pricing fleet sensor tracker portal " +
		"intranet checkout webhook archive backup analytics staging production sandbox platform shared core edge " +
		"frontend backend mobile partner"
)

// of returns n random characters of the set.
func (g *generator) of(set string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = set[g.random.IntN(len(set))]
	}
	return string(b)
}

func (g *generator) raw(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(g.random.IntN(256)) //nolint:gosec // below 256
	}
	return b
}

func (g *generator) pick(x ...string) string { return x[g.random.IntN(len(x))] }
func (g *generator) oneOf(x ...int) int      { return x[g.random.IntN(len(x))] }
func (g *generator) between(a, b int) int    { return a + g.random.IntN(b-a+1) }
func (g *generator) hex(n int) string        { return g.of(hexd, n) }
func (g *generator) number(n int) string     { return g.of("123456789", 1) + g.of(digits, n-1) }
func (g *generator) base64(n int) string     { return base64.StdEncoding.EncodeToString(g.raw(n)) }
func (g *generator) account() string         { return g.number(12) }
func (g *generator) word() string            { return g.pick(strings.Fields(vocabulary)...) }
func (g *generator) words() string           { return g.word() + "-" + g.word() }
func encode(x string) string                 { return base64.StdEncoding.EncodeToString([]byte(x)) }
func encodeURL(x string) string              { return base64.RawURLEncoding.EncodeToString([]byte(x)) }
func keys(x ...string) []string              { return x }

func (g *generator) uuid() string {
	return g.hex(8) + "-" + g.hex(4) + "-4" + g.hex(3) + "-" + g.of("89ab", 1) + g.hex(3) + "-" + g.hex(12)
}

func (g *generator) region() string {
	return g.pick("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2", "sa-east-1")
}

func (g *generator) host() string {
	return g.word() + "." + g.pick("internal.example.net", "corp.example.com", "svc.cluster.local", "db.example.org",
		"cluster-"+g.of(lalnum, 12)+"."+g.region()+".rds.amazonaws.com", "example.io")
}
