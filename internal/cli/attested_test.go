package cli

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/progression-labs-development/policypack/internal/attest"
	"github.com/progression-labs-development/policypack/internal/dsse"
)

// attests writes an attestation, signed with NAME.pem: attests NAME FILE KIND ORGANIZATION/PROJECT/STACK TIME
// [FIELD=VALUE...]
func attests(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 5 {
		ts.Fatalf("usage: attests NAME FILE KIND ORGANIZATION/PROJECT/STACK TIME [FIELD=VALUE...]")
	}
	key, err := dsse.ReadPrivateKey(ts.MkAbs(args[0] + ".pem"))
	ts.Check(err)
	name := strings.SplitN(args[3], "/", 3)
	s := &attest.Statement{
		Type: attest.StatementType, PredicateType: attest.PredicateType,
		Subject: []attest.Subject{{Name: args[3], Digest: map[string]string{"sha256": strings.Repeat("0", 64)}}},
		Predicate: attest.Predicate{
			Time: args[4], Complete: true, Configuration: strings.Repeat("c0", 32), Exemptions: []attest.Exemption{},
			Sources: []attest.Source{
				{Kind: args[2], Organization: name[0], Project: name[1], Stack: name[2], Resources: 1},
			},
			Pack: attest.Pack{Version: "99.0.0", Digest: strings.Repeat("d1", 32)},
			Policies: []attest.Policy{
				{Name: "secret-name", Level: "mandatory"},
				{Name: "secret-file", Level: "advisory"},
			},
			Commit: &attest.Commit{ID: strings.Repeat("ab", 20)},
		},
	}
	for _, field := range args[5:] {
		k, v, _ := strings.Cut(field, "=")
		switch p := &s.Predicate; k {
		case "version":
			p.Pack.Version = v
		case "configuration":
			p.Configuration = v
		case "complete":
			p.Complete = v == "true"
		case "dirty":
			p.Commit.Dirty = v == "true"
		case "commit":
			p.Commit = nil
		case "violations":
			p.Counts.Violation, err = strconv.Atoi(v)
			p.Policies[0].Violation = p.Counts.Violation
			ts.Check(err)
		default:
			ts.Fatalf("no field %q", k)
		}
	}
	data, err := s.Seal(key)
	ts.Check(err)
	file := ts.MkAbs(args[1])
	ts.Check(os.MkdirAll(filepath.Dir(file), 0o755))
	ts.Check(os.WriteFile(file, data, 0o644))
}
